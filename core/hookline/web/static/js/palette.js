// The command palette (Ctrl+K): asks the server while one types; Enter opens, Ctrl+Enter opens in a new tab.
(() => {
  "use strict";
  const box = () => document.getElementById("palette");
  const list = () => document.getElementById("palette-list");
  const field = () => document.getElementById("palette-in");
  let asked, timer;

  const ask = async () => {
    asked?.abort();
    asked = new AbortController();
    try {
      list().innerHTML = await hookline.get(list().dataset.url + encodeURIComponent(field().value.trim()), { signal: asked.signal });
      options.mark(list(), field(), options.all(list())[0]);
    } catch (error) {
      if (error.name !== "AbortError") list().textContent = hookline.phrase("fail");
    }
  };

  const open = () => {
    if (!box() || box().open) return;
    box().showModal();
    field().value = "";
    field().focus();
    ask();
  };

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && box()) {
      event.preventDefault();
      open();
    } else if (event.target.id === "palette-in" && !options.steer(list(), field(), event) && event.key === "Enter") {
      event.preventDefault();
      const url = options.active(list())?.href ?? `/search?q=${encodeURIComponent(field().value.trim())}`;
      if (event.ctrlKey || event.metaKey) window.open(url, "_blank", "noopener");
      else location.assign(url);
    }
  });
  document.addEventListener("input", (event) => {
    if (event.target.id !== "palette-in") return;
    clearTimeout(timer);
    timer = setTimeout(ask, 120);
  });
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-palette]");
    if (!opener || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    open();
  });
})();
