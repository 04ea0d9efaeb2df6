// Fields that show, or are asked for, as others are filled in. The server says which; nothing is worked out here.
(() => {
  "use strict";
  const timers = new WeakMap();
  const turns = new WeakMap();
  const names = (form) => form.dataset.watched.split(" ");
  const isWatched = (form, name) => names(form).some((own) => name === own || name.startsWith(`${own}_`));

  const mark = (box, shown, asked) => {
    box.toggleAttribute("data-off", !shown);
    box.toggleAttribute("data-asked", asked);
    for (const control of box.querySelectorAll("[name], [role=combobox]")) {
      if (asked) control.setAttribute("aria-required", "true");
      else control.removeAttribute("aria-required");
    }
  };

  const ask = async (form) => {
    turns.get(form)?.abort();
    const turn = new AbortController();
    turns.set(form, turn);
    const url = new URL(form.dataset.conditions, location.href);
    const data = new FormData(form);
    for (const [name, value] of data) if (isWatched(form, name) && typeof value === "string") url.searchParams.append(name, value);
    // A tick that is not there, and an empty choice, count too.
    for (const name of names(form)) if (!data.has(name)) url.searchParams.append(name, "");
    const holder = document.createElement("template");
    try {
      holder.innerHTML = await hookline.get(url, { signal: turn.signal });
    } catch {
      return;
    }
    for (const line of holder.content.querySelectorAll("li")) {
      const box = form.querySelector(`[data-placed="${CSS.escape(line.dataset.name)}"]`);
      if (box) mark(box, "shown" in line.dataset, "asked" in line.dataset);
    }
  };

  const heard = (event) => {
    const form = event.target.form ?? event.target.closest?.("form");
    if (!form?.dataset.conditions || !isWatched(form, event.target.name ?? "")) return;
    clearTimeout(timers.get(form));
    timers.set(form, setTimeout(ask, event.type === "input" ? 300 : 0, form));
  };
  document.addEventListener("input", heard);
  document.addEventListener("change", heard);
})();
