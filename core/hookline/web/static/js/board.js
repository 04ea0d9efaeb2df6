// Moving on the board: drag and drop, and Shift with an arrow key on a card. Sortable is set up when the pointer first comes
// over a board, so a swapped one needs nothing.
(() => {
  "use strict";
  const above = (card) => (card.previousElementSibling?.matches(".board-card") ? card.previousElementSibling.dataset.id : "");
  const places = (board) => [...board.querySelectorAll(".cards")];

  const host = (node) => node.closest(".board-host");

  const cardsIn = (list) => [...list.querySelectorAll(".board-card")];
  const list = (key) => document.querySelector(`#board .board .cards[data-column="${CSS.escape(key)}"]`);

  /** What was loaded further down each column, to be hung below the first cards of a board that is drawn anew. */
  const further = (board) =>
    [...board.querySelectorAll(".board .cards")]
      .filter((each) => cardsIn(each).length > board.dataset.page)
      .map((each) => ({ key: each.dataset.column, cards: cardsIn(each), more: each.querySelector(".col-more a")?.href }));

  const hang = (loaded, moved) => {
    for (const { key, cards, more } of loaded) {
      const column = list(key);
      const end = column?.querySelector(".col-more, .col-empty");
      if (!end) continue;
      const missing = cards.filter((card) => card.dataset.id !== moved && !document.querySelector(`#board #${card.id}`));
      for (const card of missing) end.before(card);
      const line = column.querySelector(".col-more");
      if (more && line) line.querySelector("a").href = more;
      else line?.remove();
    }
  };

  /** The answer in place of the board, which stays scrolled and as long as it is; the card keeps the focus if it had it. */
  const show = async (board, text, moved, focused) => {
    const { scrollLeft, scrollTop } = board.querySelector(".board");
    const loaded = further(board);
    const over = board.querySelector(`#card-${moved}`)?.previousElementSibling?.id;
    await hookline.put(document.getElementById("board"), text, "outerHTML");
    hang(loaded, moved);
    const card = document.getElementById(`card-${moved}`);
    const place = over && card && !card.nextElementSibling?.matches(".board-card") && document.getElementById(over);
    // Further down than the column was loaded, it stays where it was put.
    if (place && place.parentElement === card.parentElement) place.after(card);
    document.querySelector("#board .board")?.scrollTo({ left: scrollLeft, top: scrollTop, behavior: "instant" });
    if (focused) card?.querySelector("a").focus({ preventScroll: true });
    watch();
  };

  /** Draw the board anew after something that happened in a dialog, or was taken back. */
  const refresh = async (moved) => {
    const board = document.querySelector(".board-host");
    const url = new URL(location.href);
    url.searchParams.set("moved", moved);
    await show(board, await hookline.get(url, { target: "div#board" }), String(moved));
  };

  const undo = (url, moved) => async () => {
    const answer = await hookline.post(url, {}, "div#board");
    if (!answer.ok) return hookline.toast(answer.status === 422 ? await answer.text() : hookline.phrase("fail"), "bad");
    await refresh(moved);
  };

  const tell = ({ id, text, undo: back, won }) => hookline.toast(text, "ok", { undo: undo(back, id), mark: won ? "won" : "" });

  // A card that waits for its dialog stays where it was dropped; it goes back when nothing comes of it.
  let waiting = null;

  /** Move a card to a column. Throws what is to be said where it may not go there; a form to fill in first opens itself. */
  const move = async (board, item, to, focused) => {
    const values = { id: item.dataset.id, version: item.dataset.version, column: to.dataset.column, after: above(item) };
    const answer = await hookline.post(board.dataset.move, values, "div#board");
    const text = await answer.text();
    const form = answer.headers.get("X-Dialog");
    if (form) return form;
    if (!answer.ok) throw new Error(answer.headers.get("Content-Type")?.startsWith("text/plain") ? text : hookline.phrase("fail"));
    if (text) await show(board, text, item.dataset.id, focused);
    const told = answer.headers.get("X-Moved");
    if (told) tell(JSON.parse(told));
  };

  const refused = (error) => hookline.toast(error instanceof TypeError ? hookline.phrase("fail") : error.message, "bad");

  const dropped = async (event) => {
    const { item, from, to, oldIndex } = event;
    const board = host(item);
    delete board.dataset.dragging;
    if (from === to) return;
    const back = () => from.insertBefore(item, from.children[oldIndex] ?? null);
    try {
      const form = await move(board, item, to);
      if (!form) return;
      waiting = back;
      item.dataset.waiting = "";
      hookline.dialog(form);
    } catch (error) {
      back();
      refused(error);
    }
  };

  document.addEventListener("close", (event) => {
    if (event.target.id !== "dialog" || !waiting) return;
    waiting();
    waiting = null;
    for (const card of document.querySelectorAll("[data-waiting]")) delete card.dataset.waiting;
  }, true);

  document.addEventListener("hookline:moved", async (event) => {
    const box = document.getElementById("dialog");
    waiting = null;
    box.querySelector("form[data-dirty]")?.removeAttribute("data-dirty");
    box.close();
    await refresh(event.detail.id);
    tell(event.detail);
  });

  // The next cards of a column come when its end is in sight. Without script the line is a link.
  const fetchMore = async (link) => {
    const line = link.parentElement;
    if (line.ariaBusy === "true") return;
    line.ariaBusy = "true";
    const known = new Set(cardsIn(line.parentElement).map((card) => card.id));
    try {
      const text = await hookline.get(link.href, { target: `li#${line.id}` });
      const column = line.parentElement;
      await hookline.put(line, text, "outerHTML");
      // A card that was moved here stands in the column already.
      for (const card of cardsIn(column)) if (known.has(card.id) && card.matches(`#${card.id} ~ #${card.id}`)) card.remove();
      watch();
    } catch {
      line.ariaBusy = "false";
    }
  };
  const sight = new IntersectionObserver((lines) => {
    for (const line of lines) if (line.isIntersecting) fetchMore(line.target.querySelector("a"));
  }, { rootMargin: "200px" });
  const watch = () => {
    for (const line of document.querySelectorAll(".board-host .col-more")) sight.observe(line);
  };
  document.addEventListener("DOMContentLoaded", watch);
  document.addEventListener("htmx:after:swap", watch);
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(".board-host .col-more a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    fetchMore(link);
  });

  const prepare = (board) => {
    for (const list of places(board)) {
      if (Sortable.get(list)) continue;
      Sortable.create(list, {
        group: { name: "board", pull: !("drop" in list.dataset) },
        sort: false,
        draggable: ".board-card",
        filter: ".card-more",
        preventOnFilter: false,
        animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 140,
        delay: 200,
        delayOnTouchOnly: true,
        scrollSensitivity: 80,
        bubbleScroll: true,
        onStart: () => (board.dataset.dragging = ""),
        onEnd: dropped,
      });
    }
  };

  const start = (event) => {
    const board = event.target.closest?.(".board-host[data-move]");
    if (board && window.Sortable) prepare(board);
  };
  document.addEventListener("pointerover", start, true);
  document.addEventListener("pointerdown", start, true);
  document.addEventListener("touchstart", start, { capture: true, passive: true });

  /** The card beside: above and below in its column, or at the same height in the next column that has any. */
  const beside = (board, card, key) => {
    const mine = [...card.parentElement.querySelectorAll(".board-card")];
    const at = mine.indexOf(card);
    if (key === "ArrowUp" || key === "ArrowDown") return mine[at + (key === "ArrowDown" ? 1 : -1)];
    const step = key === "ArrowRight" ? 1 : -1;
    const columns = places(board);
    for (let i = columns.indexOf(card.parentElement) + step; columns[i]; i += step) {
      const cards = columns[i].querySelectorAll(".board-card");
      if (cards.length) return cards[Math.min(at, cards.length - 1)];
    }
  };

  const carry = async (board, card, key) => {
    const columns = places(board);
    const to = columns[columns.indexOf(card.parentElement) + (key === "ArrowRight" ? 1 : -1)];
    if (!to || !board.dataset.move || board.ariaBusy === "true") return;
    board.ariaBusy = "true";
    try {
      const form = await move(board, card, to, card.dataset.id);
      if (form) hookline.dialog(form);
    } catch (error) {
      refused(error);
    } finally {
      board.ariaBusy = "false";
    }
  };

  document.addEventListener("keydown", (event) => {
    if (!event.key.startsWith("Arrow") || event.ctrlKey || event.metaKey || event.altKey) return;
    const card = event.target.matches?.(".board-card > a") && event.target.parentElement;
    const board = card && host(card);
    if (!board) return;
    const sideways = event.key === "ArrowLeft" || event.key === "ArrowRight";
    if (event.shiftKey && !sideways) return;
    event.preventDefault();
    if (event.shiftKey) return void carry(board, card, event.key);
    const next = beside(board, card, event.key);
    next?.querySelector("a").focus({ preventScroll: true });
    next?.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
})();
