// Arranging the fields of a layout by dragging; the numbers and choices that the form sends follow. Without it they are typed.
(() => {
  "use strict";
  const number = (form) => {
    for (const section of form.querySelectorAll("[data-section]")) {
      for (const [at, row] of [...section.querySelectorAll(".layout-row")].entries()) {
        const name = row.dataset.field;
        row.querySelector(`[name="section__${CSS.escape(name)}"]`).value = section.dataset.section;
        row.querySelector(`[name="place__${CSS.escape(name)}"]`).value = at + 1;
      }
    }
    form.dataset.dirty = "";
    form.dispatchEvent(new CustomEvent("layout-moved"));
  };

  document.addEventListener("DOMContentLoaded", () => {
    const form = document.querySelector(".layout-form");
    if (!form || !window.Sortable) return;
    for (const list of form.querySelectorAll(".layout-rows")) {
      Sortable.create(list, { group: "fields", handle: ".grip", animation: 120, onEnd: () => number(form) });
    }
  });
  // A place or a section chosen by hand moves the row at once.
  document.addEventListener("change", (event) => {
    const row = event.target.closest?.(".layout-row");
    const [what] = (event.target.name ?? "").split("__");
    if (!row || !["section", "place"].includes(what)) return;
    const name = row.dataset.field;
    const form = row.closest("form");
    const list = form.querySelector(`[data-section="${CSS.escape(form.elements[`section__${name}`].value)}"] .layout-rows`);
    const others = [...list.children].filter((other) => other !== row);
    const at = what === "section" ? others.length : Math.max(0, Number(event.target.value) - 1);
    list.insertBefore(row, others[at] ?? null);
    number(form);
    event.target.focus();
  });
})();
