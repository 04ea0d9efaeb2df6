// Cells changed in place: double click, or e / F2 on the active row. Enter saves, Esc restores, Tab goes on to the next cell.
// Which cells may be changed stands on the column heads; a row that may not be changed lacks data-edit.
(() => {
  "use strict";
  const NARROW = matchMedia("(max-width: 47.99rem)");
  const box = () => document.getElementById("cell-edit");
  const open = () => box()?.matches(":popover-open");
  const form = () => box().querySelector("form");
  let cell = null;
  let before = "";
  let busy = false;

  const head = (td) => td.closest("table").tHead.rows[0].cells[td.cellIndex];
  const field = (td) => (td.closest("[data-list] tr[data-edit]") ? head(td)?.dataset.field : undefined);
  const page = (row) => row.querySelector("[data-menu]").href.replace(/\/menu$/, "");
  const editable = (row) => (row ? [...row.cells].filter(field) : []);
  const written = () => new URLSearchParams(new FormData(form())).toString();
  const rowOf = (url) => [...document.querySelectorAll("[data-list] tbody tr")].find((row) => page(row) === url);

  const place = () => {
    if (!cell?.isConnected || !open()) return;
    const at = cell.getBoundingClientRect();
    const own = box();
    own.style.minWidth = `${at.width}px`;
    own.style.left = `${Math.max(8, Math.min(at.left, innerWidth - own.offsetWidth - 8))}px`;
    own.style.top = `${Math.max(8, Math.min(at.top, innerHeight - own.offsetHeight - 8))}px`;
  };

  /** What can be typed into or chosen; what stands in <noscript> is there too, but nowhere to be seen. */
  const fields = () => [...form().querySelectorAll(".field :is(input, select, textarea)")].filter((one) => one.getClientRects().length);

  const enter = () => {
    const all = fields();
    const first = all.find((one) => one.getAttribute("aria-invalid") === "true") ?? all[0];
    first?.focus();
    first?.select?.();
  };

  const show = async (text) => {
    await hookline.put(box(), text);
    box().showPopover();
    place();
    enter();
  };

  /** The cell keeps the focus, so that the keys go on from it. */
  const rest = (td) => {
    if (!td) return;
    td.tabIndex = -1;
    td.focus({ preventScroll: true });
    td.scrollIntoView({ block: "nearest", inline: "nearest" });
  };

  const close = () => {
    const last = cell;
    cell = null;
    box().hidePopover();
    box().replaceChildren();
    return last;
  };

  const start = async (td) => {
    const name = td && field(td);
    if (!name || NARROW.matches || busy || !box()) return;
    hookline.activate?.(td.closest("tr"));
    cell = td;
    try {
      const answer = await fetch(`${page(td.closest("tr"))}/cell/${name}`, { headers: { "HX-Request": "true", "HX-Target": "div#cell-edit" } });
      if (answer.headers.get("HX-Redirect")) return location.assign(answer.headers.get("HX-Redirect"));
      const text = await answer.text();
      if (!answer.ok || !text.includes("cell-form")) throw new Error(answer.status);
      await show(text);
      before = written();
    } catch {
      cell = null;
      hookline.toast(hookline.phrase("fail"), "bad");
      rest(td);
    }
  };

  const redraw = async (row, text) => {
    const url = page(row);
    const ticked = row.querySelector("[name=id]")?.checked;
    if (!text.trim()) {
      row.remove();
      hookline.toast(box().dataset.gone, "warn");
      return null;
    }
    await hookline.put(row, text, "outerHTML");
    const fresh = rowOf(url);
    if (ticked) fresh.querySelector("[name=id]").checked = true;
    hookline.activate?.(fresh);
    return fresh;
  };

  /** Save and go `by` cells on; 0 stays. `keep` saves nothing and draws the row as it is now. */
  const save = async (by = 0, keep = false) => {
    if (busy) return;
    if (!keep && written() === before) return move(close(), by);
    busy = true;
    const row = cell.closest("tr");
    const at = cell.cellIndex;
    row.setAttribute("data-saving", "");
    const values = [...new FormData(form()), ["_list", document.querySelector(".bulk-scope [name=query]").value],
      ["_back", location.pathname + location.search], ...(keep ? [["_keep", "1"]] : [])];
    try {
      const answer = await hookline.post(form().action, values, "div#cell-edit");
      if (answer.headers.get("HX-Redirect")) return location.assign(answer.headers.get("HX-Redirect"));
      const text = await answer.text();
      const dialog = answer.headers.get("X-Dialog");
      if (dialog) {
        close();
        return hookline.dialog(dialog);
      }
      if (!answer.ok && text.includes("cell-form")) {
        await show(text);
        before = answer.status === 409 ? "" : before;
        return;
      }
      if (!answer.ok) throw new Error(answer.status);
      close();
      const fresh = await redraw(row, text);
      busy = false;
      if (fresh) move(fresh.cells[at], by);
    } catch {
      hookline.toast(hookline.phrase("fail"), "bad");
    } finally {
      busy = false;
      row.removeAttribute("data-saving");
    }
  };

  /** To the next cell that may be changed, over the end of the row too. */
  const move = (td, by) => {
    if (!td || !by) return rest(td);
    const all = [...td.closest("tbody").rows].flatMap(editable);
    const next = all[all.indexOf(td) + by];
    if (next) start(next);
    else rest(td);
  };

  const restore = () => (form()?.querySelector("[data-cell-keep]") ? save(0, true) : rest(close()));

  /** The first cell of a row that may be changed, or the one that has the focus. */
  hookline.editCell = (row) => {
    const here = document.activeElement?.closest?.("td");
    const td = here && here.closest("tr") === row && field(here) ? here : editable(row)[0];
    if (!td || NARROW.matches || !box()) return false;
    start(td);
    return true;
  };

  document.addEventListener("dblclick", (event) => {
    const td = event.target.closest?.("[data-list] tbody td");
    if (!td || event.target.closest("a[href], button, input") || !field(td)) return;
    getSelection()?.removeAllRanges();
    start(td);
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches(".cell-form")) return;
    event.preventDefault();
    save();
  });
  document.addEventListener("keydown", (event) => {
    if (!open() || !box().contains(event.target)) return;
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      restore();
    } else if (event.key === "Enter" && event.target.matches("select, input[type=checkbox]")) {
      event.preventDefault();
      save();
    } else if (event.key === "Tab" && !event.target.closest("footer")) {
      const by = event.shiftKey ? -1 : 1;
      if (event.target !== fields().at(by > 0 ? -1 : 0)) return;
      event.preventDefault();
      save(by);
    }
  });
  // A single reference is saved as soon as it is chosen.
  document.addEventListener("change", (event) => {
    if (event.target.matches?.(".cell-form .combobox:not([data-multiple]) select") && event.target.value) save();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-cell-keep]")) save(0, true);
  });
  document.addEventListener("pointerdown", (event) => {
    if (!open() || box().contains(event.target) || busy) return;
    if (form().querySelector("[data-cell-keep]")) return;
    if (written() === before) close();
    else save();
  });
  document.addEventListener("scroll", place, { capture: true, passive: true });
  addEventListener("resize", place);
})();
