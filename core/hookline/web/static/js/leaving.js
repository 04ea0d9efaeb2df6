// Leaving: what this browser still shows or keeps of somebody goes with the session, in every tab.
(() => {
  "use strict";
  const LEFT = "hookline.left";
  const WHO = "hookline.who";
  const who = () => document.body.dataset.signedIn;

  const forget = () => {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith("hookline.")) sessionStorage.removeItem(key);
  };

  const tellTheOthers = () => localStorage.setItem(LEFT, String(Date.now()));

  // Before the answer: it may never come. And after it: a tab that went to sign in before was led back into the session.
  document.addEventListener("submit", (event) => {
    if (new URL(event.target.action, location.href).pathname !== "/sign-out") return;
    forget();
    tellTheOthers();
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

  // Asked for before the leaving was done. Once: a clock that was set back would have it asked for without end.
  const outlived = () => {
    const [asked] = performance.getEntriesByType("navigation");
    return Number(localStorage.getItem(LEFT)) > performance.timeOrigin && asked?.type !== "reload";
  };

  // Whoever comes next in this tab finds nothing of whoever was here before.
  document.addEventListener("DOMContentLoaded", () => {
    if (who() === undefined) {
      if (location.pathname === "/sign-in" && new URLSearchParams(location.search).has("left")) tellTheOthers();
      return;
    }
    if (outlived()) {
      document.body.replaceChildren();
      location.reload();
      return;
    }
    if (sessionStorage.getItem(WHO) !== who()) forget();
    sessionStorage.setItem(WHO, who());
  });
})();
