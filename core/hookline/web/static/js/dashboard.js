// Arranging a dashboard by dragging, and choices that are sent as soon as they are made. Without script both are plain forms.
(() => {
  "use strict";
  const keys = (grid) => [...grid.querySelectorAll(":scope > .widget")].map((widget) => widget.dataset.key).join(",");

  const dropped = async ({ from, oldIndex, newIndex, item }) => {
    if (oldIndex === newIndex) return;
    const answer = await hookline.post(from.dataset.arrange, { keys: keys(from) }).catch(() => null);
    if (answer?.ok) return;
    from.insertBefore(item, from.children[oldIndex + (oldIndex > newIndex ? 1 : 0)] ?? null);
    hookline.toast(hookline.phrase("fail"), "bad");
  };

  const start = (event) => {
    const grid = event.target.closest?.("[data-arrange]");
    if (!grid || !window.Sortable || Sortable.get(grid)) return;
    Sortable.create(grid, {
      draggable: ".widget",
      handle: "header",
      filter: ".widget-tools",
      preventOnFilter: false,
      animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 140,
      delay: 200,
      delayOnTouchOnly: true,
      onEnd: dropped,
    });
  };
  document.addEventListener("pointerover", start, true);
  document.addEventListener("touchstart", start, { capture: true, passive: true });

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-send]")) event.target.form.requestSubmit();
  });
})();
