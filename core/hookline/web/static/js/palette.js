// The command palette (Ctrl+K): asks the server while one types; Enter opens or does, Ctrl+Enter opens in a new tab.
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
      list().innerHTML = await hookline.get(`${list().dataset.url}${encodeURIComponent(field().value.trim())}&at=${encodeURIComponent(location.pathname)}`, { signal: asked.signal });
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

  // What changes something is sent as a form of this page, and leads back to it.
  const send = (option) => {
    const form = document.createElement("form");
    form.method = "post";
    form.action = option.getAttribute("href");
    const back = location.pathname + location.search;
    const values = { back, ...Object.fromEntries(new URLSearchParams(option.dataset.post)), _csrf: document.body.dataset.csrf };
    for (const [name, value] of Object.entries(values)) form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    document.body.append(form);
    form.submit();
  };

  const choose = (option) => {
    const address = option.getAttribute("href");
    if ("post" in option.dataset) return send(option);
    if (option.dataset.opens) {
      box().close();
      document.getElementById(option.dataset.opens)?.showModal();
    } else if ("inDialog" in option.dataset) {
      box().close();
      hookline.dialog(address);
    } else if (address.startsWith("#")) {
      box().close();
      hookline.openTab(address.slice(1));
    } else location.assign(address);
  };

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && box()) {
      event.preventDefault();
      open();
    } else if (event.target.id === "palette-in" && !options.steer(list(), field(), event) && event.key === "Enter") {
      event.preventDefault();
      const option = options.active(list());
      const away = event.ctrlKey || event.metaKey;
      if (option && !(away && !("post" in option.dataset))) choose(option);
      else if (option) window.open(option.href, "_blank", "noopener");
      else location.assign(`/search?q=${encodeURIComponent(field().value.trim())}`);
    }
  });
  document.addEventListener("input", (event) => {
    if (event.target.id !== "palette-in") return;
    clearTimeout(timer);
    timer = setTimeout(ask, 120);
  });
  document.addEventListener("click", (event) => {
    const option = event.target.closest("#palette-list a[role=option]");
    if (option && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      choose(option);
      return;
    }
    const opener = event.target.closest("[data-palette]");
    if (!opener || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    open();
  });
})();
