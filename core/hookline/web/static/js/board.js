// Drag and drop on the board. Sortable is set up when the pointer first comes over a board, so a swapped one needs nothing.
(() => {
  "use strict";
  const above = (card) => (card.previousElementSibling?.matches(".board-card") ? card.previousElementSibling.dataset.id : "");

  const moved = async (event) => {
    const { item, from, to, oldIndex } = event;
    delete item.closest(".board").dataset.dragging;
    if (from === to && oldIndex === event.newIndex) return;
    const board = item.closest(".board");
    const values = { id: item.dataset.id, version: item.dataset.version, column: to.dataset.column, after: above(item) };
    try {
      const answer = await hookline.post(board.dataset.move, values, "div#board");
      const text = await answer.text();
      if (!answer.ok) throw new Error(answer.headers.get("Content-Type")?.startsWith("text/plain") ? text : "");
      if (text) await hookline.put(document.getElementById("board"), text, "outerHTML");
    } catch (error) {
      from.insertBefore(item, from.children[oldIndex] ?? null);
      hookline.toast(error.message && !(error instanceof TypeError) ? error.message : hookline.phrase("fail"), "bad");
    }
  };

  const prepare = (board) => {
    for (const list of board.querySelectorAll(".cards")) {
      if (Sortable.get(list)) continue;
      Sortable.create(list, {
        group: "board",
        draggable: ".board-card",
        filter: ".card-more",
        preventOnFilter: false,
        animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 140,
        delay: 200,
        delayOnTouchOnly: true,
        onStart: () => (board.dataset.dragging = ""),
        onEnd: moved,
      });
    }
  };

  const start = (event) => {
    const board = event.target.closest?.(".board[data-move]");
    if (board && window.Sortable) prepare(board);
  };
  document.addEventListener("pointerover", start, true);
  document.addEventListener("pointerdown", start, true);
  document.addEventListener("touchstart", start, { capture: true, passive: true });
})();
