// The frame: drawer on a phone, the narrow menu and its groups, bell, theme, tabs.
(() => {
  "use strict";
  const sidebar = () => document.getElementById("sidebar");

  document.addEventListener("click", (event) => {
    const way = event.target.closest("[data-sidebar]")?.dataset.sidebar;
    if (!way) return;
    event.preventDefault();
    sidebar().classList.toggle("open", way === "open");
    (way === "open" ? sidebar().querySelector("a") : document.querySelector("[data-sidebar=open]"))?.focus();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") sidebar()?.classList.remove("open");
  });

  // A long menu shows the place where one is.
  const menu = sidebar()?.querySelector("nav");
  const here = menu?.querySelector("[aria-current]")?.getBoundingClientRect();
  const seen = menu?.getBoundingClientRect();
  if (here && here.bottom > seen.bottom) menu.scrollTop = here.top - seen.top - seen.height / 2;

  // How the menu stands is kept by the server in a cookie; the page does not wait for it.
  const keep = (key, on) => hookline.post("/me/frame", { key, on: on ? "on" : "off" }).catch(() => null);
  document.addEventListener("toggle", (event) => {
    const key = event.target.matches?.(".nav-group") && event.target.dataset.group;
    if (key) keep(key, !event.target.open);
  }, true);
  document.addEventListener("submit", (event) => {
    const button = event.target.matches("[data-rail]") && event.target.querySelector("button");
    if (!button) return;
    event.preventDefault();
    const on = document.documentElement.classList.toggle("rail");
    button.value = on ? "off" : "on";
    button.setAttribute("aria-pressed", on);
    keep("rail", on);
  });

  // Whoever comes back to a page that stood for a while sees what has come since.
  let looked = Date.now();
  document.addEventListener("visibilitychange", async () => {
    const bell = document.getElementById("bell");
    if (document.visibilityState !== "visible" || !bell || Date.now() - looked < 60000) return;
    looked = Date.now();
    const text = await hookline.get("/notifications/bell").catch(() => "");
    if (text) hookline.put(bell, text, "outerHTML");
  });

  // The theme changes at once; the server keeps it for the next page and the next device.
  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("[data-theme-form]");
    if (!form || !event.submitter) return;
    event.preventDefault();
    const theme = event.submitter.value;
    document.documentElement.classList.remove("light", "dark", "system");
    document.documentElement.classList.add(theme);
    for (const item of form.querySelectorAll("[name=theme]")) {
      item.toggleAttribute("aria-current", false);
      if (item.value === theme) item.setAttribute("aria-current", "true");
    }
    const answer = await hookline.post(form.action, { theme }).catch(() => null);
    if (!answer?.ok) hookline.toast(hookline.phrase("fail"), "bad");
  });

  const choose = (tab) => {
    for (const other of tab.closest("[role=tablist]").querySelectorAll("[role=tab]")) {
      const on = other === tab;
      other.setAttribute("aria-selected", on);
      other.tabIndex = on ? 0 : -1;
      const panel = document.getElementById(other.getAttribute("aria-controls"));
      if (panel) panel.hidden = !on;
    }
  };
  const focusInto = (tab) =>
    document.getElementById(tab.getAttribute("aria-controls"))?.querySelector("textarea, input:not([type=hidden])")?.focus();

  document.addEventListener("click", (event) => {
    const tab = event.target.closest("[role=tab]");
    if (tab) choose(tab);
    // "#composer-call" from the phone's action bar opens that tab.
    const link = event.target.closest('a[href^="#composer-"]');
    if (link && hookline.openTab(link.hash.slice(1))) event.preventDefault();
  });
  /** Opens the composer's tab of this name; false where the page has none. */
  hookline.openTab = (name) => {
    const named = document.getElementById(`${name}-tab`);
    if (!named) return false;
    choose(named);
    named.closest(".composer").scrollIntoView({ block: "center" });
    // On a phone the keyboard would cover the button that is wanted next.
    if (matchMedia("(pointer: coarse)").matches) named.focus({ preventScroll: true });
    else focusInto(named);
    return true;
  };
  // A link from another page may name the tab too.
  document.addEventListener("DOMContentLoaded", () => {
    if (location.hash.startsWith("#composer-")) hookline.openTab(location.hash.slice(1));
  });
  document.addEventListener("keydown", (event) => {
    const tab = event.target.closest?.("[role=tab]");
    if (!tab) return;
    const all = [...tab.closest("[role=tablist]").querySelectorAll("[role=tab]")];
    const at = all.indexOf(tab);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1 + all.length, Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = all[to % all.length];
    choose(next);
    next.focus();
  });
})();
