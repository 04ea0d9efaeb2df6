// Moving on the board: drag and drop, and Shift with an arrow key on a card. Sortable is set up when the pointer first comes
// over a board, so a swapped one needs nothing.
(() => {
  "use strict";
  const above = (card) => (card.previousElementSibling?.matches(".board-card") ? card.previousElementSibling.dataset.id : "");
  const places = (board) => [...board.querySelectorAll(".cards")];

  const host = (node) => node.closest(".board-host");

  /** The answer in place of the board, which stays scrolled as it is; the card keeps the focus if it had it. */
  const show = async (board, text, focused) => {
    const { scrollLeft, scrollTop } = board.querySelector(".board");
    await hookline.put(document.getElementById("board"), text, "outerHTML");
    document.querySelector("#board .board")?.scrollTo({ left: scrollLeft, top: scrollTop, behavior: "instant" });
    if (focused) document.querySelector(`#card-${focused} > a`)?.focus({ preventScroll: true });
  };

  /** Move a card to a column. Throws what is to be said where it may not go there; a form to fill in first opens itself. */
  const move = async (board, item, to, focused) => {
    const values = { id: item.dataset.id, version: item.dataset.version, column: to.dataset.column, after: above(item) };
    const answer = await hookline.post(board.dataset.move, values, "div#board");
    const text = await answer.text();
    const form = answer.headers.get("X-Dialog");
    if (form) {
      hookline.dialog(form);
      throw new Error("");
    }
    if (!answer.ok) throw new Error(answer.headers.get("Content-Type")?.startsWith("text/plain") ? text : hookline.phrase("fail"));
    if (text) await show(board, text, focused);
  };

  const refused = (error) => {
    const text = error instanceof TypeError ? hookline.phrase("fail") : error.message;
    if (text) hookline.toast(text, "bad");
  };

  const dropped = async (event) => {
    const { item, from, to, oldIndex } = event;
    const board = host(item);
    delete board.dataset.dragging;
    if (from === to) return;
    try {
      await move(board, item, to);
    } catch (error) {
      from.insertBefore(item, from.children[oldIndex] ?? null);
      refused(error);
    }
  };

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
    const name = card.querySelector("a").textContent;
    try {
      await move(board, card, to, card.dataset.id);
      hookline.toast(`${name} → ${to.dataset.label}`);
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
