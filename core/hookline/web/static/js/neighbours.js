// Previous and next on a record's page, in the list it was opened from: the browser knows that list, the server its order.
(() => {
  "use strict";
  const LIST = "hookline.list:";

  /** The query of the list one came from; null when one came from elsewhere. */
  const cameFrom = (slug) => {
    const from = document.referrer && new URL(document.referrer);
    const key = LIST + slug;
    const again = performance.getEntriesByType("navigation")[0]?.type !== "navigate";
    if (from && from.origin === location.origin && from.pathname === slug) sessionStorage.setItem(key, from.search);
    else if (!again && !(from && from.origin === location.origin && from.pathname.startsWith(`${slug}/`))) sessionStorage.removeItem(key);
    return sessionStorage.getItem(key);
  };

  const show = async () => {
    const place = document.querySelector("[data-neighbours]");
    if (!place || place.childElementCount) return;
    const url = place.dataset.neighbours;
    const query = cameFrom(url.split("/").slice(0, 2).join("/"));
    if (query === null) return;
    try {
      await hookline.put(place, await hookline.get(`${url}${query}`, { target: "span#neighbours" }));
    } catch {
      // The page stands without them.
    }
  };

  document.addEventListener("DOMContentLoaded", show);
  document.addEventListener("htmx:after:swap", show);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || !hookline.keys()) return;
    if (hookline.typing(event.target) || document.querySelector("dialog[open]")) return;
    const way = { KeyJ: "next", KeyK: "prev" }[event.code];
    way && document.querySelector(`[data-neighbours] a[rel=${way}]`)?.click();
  });
})();
