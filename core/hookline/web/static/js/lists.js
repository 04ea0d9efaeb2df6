// Lists: counting and ticking rows, and walking them by keyboard (j, k, x, e, Enter, n, /, ?).
(() => {
  "use strict";
  const boxes = (form) => [...form.querySelectorAll('[name="id"][type=checkbox]')];

  const count = (form) => {
    const all = boxes(form);
    const ticked = all.filter((box) => box.checked).length;
    const number = form.querySelector("[data-count]");
    if (number) number.textContent = ticked;
    const head = form.querySelector("[data-check-all]");
    if (!head) return;
    head.checked = ticked > 0 && ticked === all.length;
    head.indeterminate = ticked > 0 && ticked < all.length;
  };

  let last;
  document.addEventListener("click", (event) => {
    const box = event.target.closest?.('.bulk-scope [name="id"]');
    if (!box) return;
    const all = boxes(box.form);
    if (event.shiftKey && last && all.includes(last)) {
      const [a, b] = [all.indexOf(last), all.indexOf(box)].sort((x, y) => x - y);
      for (const between of all.slice(a, b + 1)) between.checked = box.checked;
    }
    last = box;
    count(box.form);
  });
  document.addEventListener("change", (event) => {
    const form = event.target.closest?.(".bulk-scope");
    if (!form) return;
    if (event.target.matches("[data-check-all]")) for (const box of boxes(form)) box.checked = event.target.checked;
    count(form);
  });
  document.addEventListener("reset", (event) => {
    if (event.target.matches(".bulk-scope")) setTimeout(count, 0, event.target);
  });

  const rows = () => [...document.querySelectorAll("[data-list] tbody tr, .board-card")];
  const cursor = () => document.querySelector("[data-cursor]");
  const step = (by) => {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(cursor());
    const next = all[Math.min(Math.max(at + by, 0), all.length - 1)];
    cursor()?.removeAttribute("data-cursor");
    next.setAttribute("data-cursor", "");
    next.querySelector("a[href]")?.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  };
  const tick = () => {
    const box = cursor()?.querySelector("[type=checkbox]");
    box?.click();
  };
  const edit = () => {
    const row = cursor();
    const own = row && "edit" in row.dataset && (row.dataset.edit || `${row.querySelector(".k-main a")?.href}/edit`);
    const url = own || document.querySelector("#record[data-edit]")?.dataset.edit;
    if (url) location.assign(url);
  };
  const KEYS = {
    j: () => step(1),
    k: () => step(-1),
    x: tick,
    e: edit,
    n: () => document.querySelector("[data-new]")?.click(),
    "/": () => document.querySelector("[data-list-search], .jump")?.focus(),
    "?": () => document.getElementById("shortcuts")?.showModal(),
  };
  // The same keys on a Russian keyboard, by their place.
  const PLACES = { KeyJ: "j", KeyK: "k", KeyX: "x", KeyE: "e", KeyN: "n" };

  const wanted = () => document.body.dataset.keys === "on" && localStorage.getItem("hookline.keys") !== "off";
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
      event.target.form?.requestSubmit();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || hookline.typing(event.target)) return;
    if (document.querySelector("dialog[open], [popover]:popover-open") || !wanted()) return;
    if (event.key === "Enter" && event.target === document.body) return cursor()?.querySelector("a[href]")?.click();
    const act = KEYS[event.key] ?? KEYS[PLACES[event.code]];
    if (!act) return;
    event.preventDefault();
    act();
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-keys-switch]")) {
      localStorage.setItem("hookline.keys", event.target.checked ? "on" : "off");
    }
  });
  // Boxes the browser kept ticked over a reload, and the switch, are shown as they are.
  document.addEventListener("DOMContentLoaded", () => {
    for (const form of document.querySelectorAll(".bulk-scope")) count(form);
    const box = document.querySelector("[data-keys-switch]");
    if (box) box.checked = wanted();
  });
})();
