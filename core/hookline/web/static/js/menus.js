// Menus: arrow keys inside popovers, and the one shared row menu whose items the server writes for the row.
(() => {
  "use strict";
  const items = (menu) => [...menu.querySelectorAll(".menu-item:not(:disabled)")];
  const STEPS = { ArrowDown: 1, ArrowUp: -1 };

  const move = (menu, event) => {
    const all = items(menu);
    if (!all.length) return;
    event.preventDefault();
    const at = all.indexOf(document.activeElement);
    const to = { Home: 0, End: all.length - 1 }[event.key] ?? (at + STEPS[event.key] + all.length) % all.length;
    all[at < 0 && event.key === "ArrowDown" ? 0 : to].focus();
  };

  document.addEventListener("keydown", (event) => {
    if (!["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key) || hookline.typing(event.target)) return;
    const inside = event.target.closest?.(".menu:popover-open");
    if (inside) return move(inside, event);
    const id = event.key === "ArrowDown" && event.target.getAttribute?.("popovertarget");
    const menu = id && document.getElementById(id);
    if (menu && menu.matches(".menu")) {
      menu.showPopover({ source: event.target });
      move(menu, event);
    }
  });

  document.addEventListener("click", async (event) => {
    const opener = event.target.closest("[data-menu]");
    if (!opener || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const menu = document.getElementById("row-menu");
    try {
      await hookline.put(menu, await hookline.get(opener.dataset.menu || opener.href, { target: "div#row-menu" }));
      menu.showPopover({ source: opener });
      if (!event.detail) items(menu)[0]?.focus();
    } catch {
      location.assign(opener.href);
    }
  });

  // A choice made closes its menu, also when htmx answers it without a new page.
  document.addEventListener("click", (event) => {
    const item = event.target.closest(".menu .menu-item");
    if (item) setTimeout(() => item.closest("[popover]")?.hidePopover());
  });
})();
