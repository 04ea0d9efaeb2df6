// Views and columns of a list: how many each view holds, asked for once a minute, columns put in order by hand or by keys,
// and moments in full for whoever points at "Yesterday".
(() => {
  "use strict";
  const FRESH = 60_000;
  const known = new Map();

  const counts = (url) => {
    const kept = known.get(url);
    if (kept && Date.now() - kept.at < FRESH) return kept.answer;
    const answer = fetch(url, { headers: { "HX-Request": "true" } }).then((found) => (found.ok ? found.json() : {}));
    known.set(url, { at: Date.now(), answer });
    return answer;
  };

  const show = async () => {
    const bar = document.querySelector(".views[data-counts]");
    if (!bar || bar.dataset.counted) return;
    bar.dataset.counted = "1";
    const found = await counts(bar.dataset.counts).catch(() => ({}));
    for (const link of bar.querySelectorAll("[data-view]")) {
      const number = found[link.dataset.view];
      if (number === undefined || link.querySelector(".count")) continue;
      const place = document.createElement("span");
      place.className = "count";
      place.textContent = number;
      link.append(place);
    }
  };
  document.addEventListener("DOMContentLoaded", show);
  document.addEventListener("htmx:after:swap", show);

  let dragged = null;
  const line = (node) => node.closest?.("[data-sortable] .check-line");
  document.addEventListener("dragstart", (event) => {
    dragged = line(event.target);
    dragged?.setAttribute("data-dragging", "");
  });
  document.addEventListener("dragover", (event) => {
    const over = dragged && line(event.target);
    if (!over || over === dragged || over.parentElement !== dragged.parentElement) return;
    event.preventDefault();
    const middle = over.getBoundingClientRect().top + over.offsetHeight / 2;
    over[event.clientY < middle ? "before" : "after"](dragged);
  });
  document.addEventListener("drop", (event) => dragged && event.preventDefault());
  document.addEventListener("dragend", () => {
    dragged?.removeAttribute("data-dragging");
    dragged = null;
  });
  document.addEventListener("keydown", (event) => {
    const own = event.altKey && line(event.target);
    const beside = own && { ArrowUp: own.previousElementSibling, ArrowDown: own.nextElementSibling }[event.key];
    if (!beside) return;
    event.preventDefault();
    beside[event.key === "ArrowUp" ? "before" : "after"](own);
    event.target.focus();
  });

  const full = (node) => {
    const cell = node.closest?.("[data-at]");
    if (!cell || cell.title) return;
    const timeZone = cell.closest("[data-zone]")?.dataset.zone || undefined;
    const written = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "full", timeStyle: "short", timeZone });
    cell.title = written.format(new Date(cell.dataset.at));
  };
  document.addEventListener("pointerover", (event) => full(event.target));
  document.addEventListener("focusin", (event) => full(event.target));
})();
