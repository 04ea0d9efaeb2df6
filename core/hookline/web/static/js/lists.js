// Lists: counting and ticking rows, and walking them by keyboard (j, k, x, e, o, Enter, c, n, /, ?).
(() => {
  "use strict";
  const boxes = (form) => [...form.querySelectorAll('[name="id"][type=checkbox]')];

  /** Of the bar's actions only those that are for at least one of the ticked rows; for all that was found, every one. */
  const narrow = (form, chosen) => {
    const everything = form.elements.all?.checked;
    const closed = chosen.map((box) => (box.dataset.closed ?? "").split(" "));
    for (const button of form.querySelectorAll("[data-key]"))
      button.hidden = !everything && closed.length > 0 && closed.every((keys) => keys.includes(button.dataset.key));
  };

  const count = (form) => {
    const all = boxes(form);
    const ticked = all.filter((box) => box.checked).length;
    const number = form.querySelector("[data-count]");
    if (number) number.textContent = ticked;
    narrow(form, all.filter((box) => box.checked));
    const head = form.querySelector("[data-check-all]");
    if (!head) return;
    head.checked = ticked > 0 && ticked === all.length;
    head.indeterminate = ticked > 0 && ticked < all.length;
  };

  let last;
  /** Tick all between the box that was changed last and this one. */
  const range = (box) => {
    const all = boxes(box.form);
    if (!last || !all.includes(last)) return;
    const [a, b] = [all.indexOf(last), all.indexOf(box)].sort((x, y) => x - y);
    for (const between of all.slice(a, b + 1)) between.checked = box.checked;
  };
  document.addEventListener("click", (event) => {
    const box = event.target.closest?.('.bulk-scope [name="id"]');
    if (!box) return;
    if (event.shiftKey) range(box);
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
  const activate = (row) => {
    cursor()?.removeAttribute("data-cursor");
    row?.setAttribute("data-cursor", "");
  };
  hookline.activate = activate;
  const step = (by) => {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(cursor());
    const next = all[Math.min(Math.max(at + by, 0), all.length - 1)];
    activate(next);
    next.querySelector("a[href]")?.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  };
  const tick = (event) => {
    const box = cursor()?.querySelector("[type=checkbox]");
    if (!box) return;
    box.checked = event.shiftKey ? true : !box.checked;
    if (event.shiftKey) range(box);
    last = box;
    count(box.form);
  };
  const openRow = () => cursor()?.querySelector(".k-main a, a[href]")?.click();
  const edit = () => {
    const row = cursor();
    if (row?.matches("tr[data-edit]") && hookline.editCell(row)) return;
    const own = row && "edit" in row.dataset && (row.dataset.edit || `${row.querySelector(".k-main a")?.href}/edit`);
    const url = own || document.querySelector("#record[data-edit]")?.dataset.edit;
    if (url) location.assign(url);
  };
  const create = () => {
    const here = document.querySelector("[data-create-here]");
    if (here) hookline.dialog(here.href);
    else document.querySelector("[data-new]")?.click();
  };
  const KEYS = {
    j: () => step(1),
    k: () => step(-1),
    x: tick,
    X: tick,
    e: edit,
    F2: edit,
    o: openRow,
    n: create,
    c: create,
    "/": () => document.querySelector("[data-list-search], .jump")?.focus(),
    "?": () => document.getElementById("shortcuts")?.showModal(),
  };
  // The same keys on a Russian keyboard, by their place.
  const PLACES = { KeyJ: "j", KeyK: "k", KeyX: "x", KeyE: "e", KeyN: "n", KeyO: "o", KeyC: "c" };

  const wanted = () => document.body.dataset.keys === "on" && localStorage.getItem("hookline.keys") !== "off";
  hookline.keys = wanted;
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
    act(event);
  });
  // Whoever comes to a row by Tab or pointer goes on from it.
  document.addEventListener("focusin", (event) => {
    const row = event.target.closest?.("[data-list] tbody tr");
    if (row && row !== cursor()) activate(row);
  });

  // What had the focus has it again when the list was exchanged, and the active row stays active.
  const sign = (node, names = ["id", "name", "popovertarget", "aria-label"]) => {
    const named = names.find((name) => node.hasAttribute?.(name));
    return named && `${node.localName}[${named}="${CSS.escape(node.getAttribute(named))}"]`;
  };
  let was = null;
  document.addEventListener("htmx:before:swap", () => {
    const focused = document.activeElement;
    if (!focused?.closest("#records")) return;
    const menu = focused.closest("[popover]");
    const alike = focused.classList[0] && [...document.querySelectorAll(`#records .${focused.classList[0]}`)];
    was = { place: alike && { css: focused.classList[0], at: alike.indexOf(focused) }, href: sign(focused, ["href"]), signs: [sign(focused), menu && `[popovertarget="${menu.id}"]`], row: cursor()?.querySelector("[data-menu]")?.getAttribute("href") };
  });
  document.addEventListener("htmx:after:swap", () => {
    if (!was) return;
    const { place, href, signs, row } = was;
    was = null;
    const again = row && document.querySelector(`[data-list] [data-menu][href="${CSS.escape(row)}"]`);
    if (again) activate(again.closest("tr"));
    if (document.activeElement && document.activeElement !== document.body) return;
    const next = document.querySelector(".filter-edit :is(input, select):not([type=hidden])") ?? signs.map((one) => one && document.querySelector(`#records ${one}`)).find(Boolean);
    const beside = place && document.querySelectorAll(`#records .${place.css}`)[place.at];
    const same = href && document.querySelector(`#records ${href}`);
    (next ?? beside ?? same ?? document.querySelector("#records h1"))?.focus({ preventScroll: true });
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
