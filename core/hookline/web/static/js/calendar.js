// Rescheduling on the calendar: drag and drop, and Shift with an arrow key on an item; a click on an empty place makes a record there.
// As on the board, nothing is set up in advance.
(() => {
  "use strict";
  const days = (calendar) => [...calendar.querySelectorAll(".cal-items")];
  const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
  const QUARTER = 15;

  const undo = (url) => async () => {
    const answer = await hookline.post(url, {}, "div#calendar");
    if (!answer.ok) return hookline.toast(answer.status === 422 ? await answer.text() : hookline.phrase("fail"), "bad");
    const text = await hookline.get(location.href, { target: "div#calendar" });
    await hookline.put(document.getElementById("calendar"), text, "outerHTML");
  };

  const move = async (calendar, item, to, focused, time = "") => {
    const values = { id: item.dataset.id, version: item.dataset.version, day: to.dataset.day, time };
    const answer = await hookline.post(calendar.dataset.move, values, "div#calendar");
    const text = await answer.text();
    if (!answer.ok) throw new Error(answer.headers.get("Content-Type")?.startsWith("text/plain") ? text : hookline.phrase("fail"));
    await hookline.put(document.getElementById("calendar"), text, "outerHTML");
    const told = JSON.parse(answer.headers.get("X-Moved") ?? "{}");
    if (told.undo) hookline.toast(told.text, "ok", { undo: undo(told.undo) });
    if (focused) document.querySelector(`.cal-item[data-id="${focused}"]`)?.focus();
  };

  const refused = (error) => hookline.toast(error instanceof TypeError ? hookline.phrase("fail") : error.message, "bad");

  const dropped = async (event) => {
    const { item, from, to, oldIndex } = event;
    const calendar = item.closest(".cal");
    delete calendar.dataset.dragging;
    if (from === to) return;
    try {
      // From the hours to above them: meant for the whole day.
      await move(calendar, item, to, "", from.matches(".cal-hours") ? "00:00" : "");
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

  // The hours of a week. What is dragged there goes by quarters of an hour, under the pointer that holds it.
  const placed = (node, name) => Number([...node.classList].find((each) => each.startsWith(`${name}-`))?.slice(name.length + 1));
  const clock = (calendar, quarter) => {
    const minutes = calendar.dataset.first * 60 + quarter * QUARTER;
    return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
  };
  const put = (item, quarter) => {
    item.classList.remove(`at-${placed(item, "at")}`, `in-${placed(item, "in")}`, `lane-${placed(item, "lane")}`);
    item.classList.add(`at-${quarter}`, "in-1");
  };
  /** The quarter of the shown hours that lies at a height of the page. */
  const quarterAt = (column, y) => {
    const { top, height } = column.getBoundingClientRect();
    const all = column.closest(".cal").dataset.hours * 4;
    return Math.min(Math.max(Math.floor(((y - top) / height) * all), 0), all - 1);
  };
  const columnAt = (calendar, x) =>
    [...calendar.querySelectorAll(".cal-hours")].find((each) => {
      const { left, right } = each.getBoundingClientRect();
      return x >= left && x < right;
    });

  let held = null;
  let dropping = false;
  // The click that ends a drag opens nothing.
  document.addEventListener("click", (event) => {
    if (!dropping) return;
    event.preventDefault();
    event.stopPropagation();
  }, true);
  document.addEventListener("pointerdown", (event) => {
    const item = !event.button && event.pointerType !== "touch" && event.target.closest?.(".cal[data-move] .cal-hours > .cal-item");
    if (!item) return;
    const grip = quarterAt(item.parentElement, event.clientY) - placed(item, "at");
    held = { item, grip, x: event.clientX, y: event.clientY, from: item.parentElement, next: item.nextSibling, was: item.className, lifted: false };
  });
  document.addEventListener("pointermove", (event) => {
    if (!held) return;
    const { item, grip, x, y } = held;
    if (!held.lifted && Math.hypot(event.clientX - x, event.clientY - y) < 5) return;
    held.lifted = true;
    item.dataset.lifted = "";
    const calendar = item.closest(".cal");
    const column = columnAt(calendar, event.clientX);
    if (!column) return;
    const last = calendar.dataset.hours * 4 - placed(item, "for");
    if (column !== item.parentElement) column.append(item);
    put(item, Math.min(Math.max(quarterAt(column, event.clientY) - grip, 0), Math.max(last, 0)));
    const time = item.querySelector("time");
    if (time) time.textContent = clock(calendar, placed(item, "at"));
  });
  const release = async (calendar, { item, from, next, was }, changed) => {
    const said = item.querySelector("time")?.textContent;
    delete item.dataset.lifted;
    const back = () => {
      item.className = was;
      from.insertBefore(item, next);
    };
    if (!changed) return back();
    try {
      await move(calendar, item, item.parentElement, "", said);
    } catch (error) {
      back();
      refused(error);
    }
  };
  document.addEventListener("pointerup", () => {
    const taken = held;
    held = null;
    if (!taken?.lifted) return;
    dropping = true;
    setTimeout(() => (dropping = false), 0);
    release(taken.item.closest(".cal"), taken, taken.item.parentElement !== taken.from || taken.item.className !== taken.was);
  });
  document.addEventListener("pointercancel", () => {
    if (held?.lifted) release(held.item.closest(".cal"), held, false);
    held = null;
  });

  const create = (calendar, when) => hookline.dialog(`${calendar.dataset.new}&${new URLSearchParams({ [calendar.dataset.name]: when })}`);
  document.addEventListener("click", (event) => {
    const calendar = event.target.closest?.(".cal[data-new]");
    if (!calendar || document.querySelector("[popover]:popover-open")) return;
    if (event.target.matches(".cal-hours")) {
      const quarter = quarterAt(event.target, event.clientY);
      create(calendar, `${event.target.dataset.day} ${clock(calendar, quarter - (quarter % 2))}`);
    } else if (event.target.matches(".cal-items, .cal-day") && matchMedia("(min-width: 48rem)").matches) {
      event.target.closest(".cal-day").querySelector(".cal-new")?.click();
    }
  });

  /** The line of now goes on while the page stays open. */
  const started = Date.now();
  let first = null;
  setInterval(() => {
    const line = document.querySelector(".cal-now");
    if (!line) return;
    first ??= placed(line, "at");
    const at = first + Math.floor((Date.now() - started) / (QUARTER * 60000));
    line.classList.remove(`at-${placed(line, "at")}`);
    line.classList.add(`at-${at}`);
  }, 60000);

  // T today, J and K the next and the one before; by their place on a Russian keyboard.
  const WAYS = { KeyT: "[data-today]", KeyJ: "[rel=next]", KeyK: "[rel=prev]" };
  document.addEventListener("keydown", (event) => {
    const way = WAYS[event.code];
    if (!way || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || hookline.typing(event.target)) return;
    if (!hookline.keys() || document.querySelector("dialog[open], [popover]:popover-open")) return;
    document.querySelector(`.cal-bar ${way}`)?.click();
  });

  /** Where an arrow takes an item: another day, or in the hours of a week half an hour earlier or later. */
  const goal = (calendar, item, key) => {
    const hours = item.parentElement.matches(".cal-hours");
    const all = hours ? [...calendar.querySelectorAll(".cal-hours")] : days(calendar);
    const upward = STEPS[key] % 7 === 0;
    if (!hours || !upward) return [!hours && upward && calendar.matches(".timed") ? null : all[all.indexOf(item.parentElement) + STEPS[key]], ""];
    const quarter = placed(item, "at") + 2 * Math.sign(STEPS[key]);
    const fits = quarter >= 0 && quarter + placed(item, "for") <= calendar.dataset.hours * 4;
    return [fits ? item.parentElement : null, clock(calendar, quarter)];
  };

  document.addEventListener("keydown", async (event) => {
    const step = STEPS[event.key];
    const item = step && event.shiftKey && event.target.closest?.(".cal[data-move] .cal-item");
    if (!item) return;
    event.preventDefault();
    const calendar = item.closest(".cal");
    const [to, time] = goal(calendar, item, event.key);
    if (!to || calendar.ariaBusy === "true") return;
    calendar.ariaBusy = "true";
    try {
      await move(calendar, item, to, item.dataset.id, time);
    } catch (error) {
      refused(error);
    } finally {
      calendar.ariaBusy = "false";
    }
  });
})();
