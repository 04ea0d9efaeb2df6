// Rescheduling on the calendar: drag and drop, and Shift with an arrow key on an item. As on the board, nothing is set up in advance.
(() => {
  "use strict";
  const days = (calendar) => [...calendar.querySelectorAll(".cal-items")];
  const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

  const move = async (calendar, item, to, focused) => {
    const values = { id: item.dataset.id, version: item.dataset.version, day: to.dataset.day };
    const answer = await hookline.post(calendar.dataset.move, values, "div#calendar");
    const text = await answer.text();
    if (!answer.ok) throw new Error(answer.headers.get("Content-Type")?.startsWith("text/plain") ? text : hookline.phrase("fail"));
    await hookline.put(document.getElementById("calendar"), text, "outerHTML");
    if (focused) document.querySelector(`.cal-item[data-id="${focused}"]`)?.focus();
  };

  const refused = (error) => hookline.toast(error instanceof TypeError ? hookline.phrase("fail") : error.message, "bad");

  const dropped = async (event) => {
    const { item, from, to, oldIndex } = event;
    const calendar = item.closest(".cal");
    delete calendar.dataset.dragging;
    if (from === to) return;
    try {
      await move(calendar, item, to);
    } catch (error) {
      from.insertBefore(item, from.children[oldIndex] ?? null);
      refused(error);
    }
  };

  const start = (event) => {
    const calendar = event.target.closest?.(".cal[data-move]");
    if (!calendar || !window.Sortable) return;
    for (const list of days(calendar)) {
      if (Sortable.get(list)) continue;
      Sortable.create(list, {
        group: "calendar",
        sort: false,
        draggable: ".cal-item",
        animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 140,
        delay: 200,
        delayOnTouchOnly: true,
        onStart: () => (calendar.dataset.dragging = ""),
        onEnd: dropped,
      });
    }
  };
  document.addEventListener("pointerover", start, true);
  document.addEventListener("pointerdown", start, true);
  document.addEventListener("touchstart", start, { capture: true, passive: true });

  document.addEventListener("keydown", async (event) => {
    const step = STEPS[event.key];
    const item = step && event.shiftKey && event.target.closest?.(".cal[data-move] .cal-item");
    if (!item) return;
    event.preventDefault();
    const calendar = item.closest(".cal");
    const all = days(calendar);
    const to = all[all.indexOf(item.parentElement) + step];
    if (!to || calendar.ariaBusy === "true") return;
    calendar.ariaBusy = "true";
    try {
      await move(calendar, item, to, item.dataset.id);
    } catch (error) {
      refused(error);
    } finally {
      calendar.ariaBusy = "false";
    }
  });
})();
