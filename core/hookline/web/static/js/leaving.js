// Leaving: what this browser still shows or keeps of somebody goes with the session, in every tab.
(() => {
  "use strict";
  const LEFT = "hookline.left";
  const WHO = "hookline.who";
  const who = () => document.body.dataset.signedIn;

  const forget = () => {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith("hookline.")) sessionStorage.removeItem(key);
  };

  // Before the answer: it may never come.
  document.addEventListener("submit", (event) => {
    if (new URL(event.target.action, location.href).pathname !== "/sign-out") return;
    forget();
    localStorage.setItem(LEFT, String(Date.now()));
  });

  window.addEventListener("storage", (event) => {
    if (event.key !== LEFT || !event.newValue || who() === undefined) return;
    forget();
    document.body.replaceChildren();
    location.replace("/sign-in");
  });

  // A page out of the browser's memory is asked for anew.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && who() !== undefined) location.reload();
  });

  // Whoever comes next in this tab finds nothing of whoever was here before.
  document.addEventListener("DOMContentLoaded", () => {
    if (who() === undefined) return;
    if (sessionStorage.getItem(WHO) !== who()) forget();
    sessionStorage.setItem(WHO, who());
  });
})();
