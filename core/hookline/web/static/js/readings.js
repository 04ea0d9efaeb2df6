// What a text is taken for ("next fri" is a day), said below its field while one types; and the browser's calendar beside a day.
(() => {
  "use strict";
  const timers = new WeakMap();
  const turns = new WeakMap();

  const place = (input) => {
    const field = input.closest(".field");
    let box = field.querySelector(":scope > .reading-place");
    if (!box) {
      box = document.createElement("div");
      box.className = "reading-place";
      box.setAttribute("aria-live", "polite");
      input.closest(".with-pick, .with-unit, .pair, .input").after(box);
    }
    return box;
  };

  const read = async (input, settle) => {
    turns.get(input)?.abort();
    const typed = input.value;
    if (!typed.trim()) return place(input).replaceChildren();
    const turn = new AbortController();
    turns.set(input, turn);
    const url = new URL(input.dataset.reading, location.href);
    url.searchParams.set(input.name, typed);
    const holder = document.createElement("template");
    try {
      holder.innerHTML = await hookline.get(url, { signal: turn.signal });
    } catch {
      return;
    }
    const said = holder.content.firstElementChild;
    // Half a word is no mistake yet.
    if (!settle && said.matches(".bad")) return place(input).replaceChildren();
    place(input).replaceChildren(...(said.textContent ? [said] : []));
    if (settle && said.dataset.written && input.value === typed) input.value = said.dataset.written;
  };

  document.addEventListener("input", (event) => {
    const input = event.target;
    if (!input.matches?.("[data-reading]")) return;
    clearTimeout(timers.get(input));
    timers.set(input, setTimeout(read, 250, input, false));
  });
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (input.matches?.(".pick-native")) {
      const text = input.closest(".with-pick").querySelector(".input");
      text.value = input.value.replace("T", " ");
      text.dispatchEvent(new Event("input", { bubbles: true }));
      text.dispatchEvent(new Event("change", { bubbles: true }));
      text.focus();
      return;
    }
    if (!input.matches?.("[data-reading]")) return;
    clearTimeout(timers.get(input));
    read(input, true);
  });
  document.addEventListener("click", (event) => {
    event.target.closest("[data-pick]")?.parentElement.querySelector(".pick-native").showPicker();
  });
})();
