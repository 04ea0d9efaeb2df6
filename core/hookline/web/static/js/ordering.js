// Lists put in order by dragging: each entry of a list with data-ordered knows where its new place is posted. As on the board, nothing is
// set up in advance.
(() => {
  "use strict";
  const dropped = async ({ item, from, oldIndex, newIndex }) => {
    if (oldIndex === newIndex) return;
    try {
      const answer = await hookline.post(item.dataset.place, { place: newIndex });
      if (!answer.ok) throw new Error(answer.status);
      // Buttons and figures of its neighbours follow from the order.
      location.assign(answer.headers.get("HX-Redirect") ?? location.href);
    } catch {
      from.insertBefore(item, from.children[oldIndex + (oldIndex > newIndex ? 1 : 0)] ?? null);
      hookline.toast(hookline.phrase("fail"), "bad");
    }
  };

  const start = (event) => {
    const list = event.target.closest?.("[data-ordered]");
    if (!list || !window.Sortable || Sortable.get(list)) return;
    const animation = matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 140;
    Sortable.create(list, { handle: ".entry-grip", draggable: "[data-place]", animation, onEnd: dropped });
  };
  document.addEventListener("pointerover", start, true);
  document.addEventListener("pointerdown", start, true);
})();
