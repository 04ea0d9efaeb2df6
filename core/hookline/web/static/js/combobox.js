// The reference field: type-ahead over a plain <select>, which keeps the value and is the control where there is no script.
(() => {
  "use strict";
  const LIMIT = 50;
  const asked = new WeakMap();
  const timers = new WeakMap();
  const part = (box) => ({
    box,
    select: box.querySelector("select"),
    field: box.querySelector("[role=combobox]"),
    list: box.querySelector("[role=listbox]"),
    many: "multiple" in box.dataset,
  });
  const of = (node) => {
    const box = node.closest?.(".combobox");
    return box && part(box);
  };

  const close = (c) => {
    // What was still being looked up would open the list again.
    clearTimeout(timers.get(c.box));
    asked.get(c.box)?.abort();
    c.list.hidden = true;
    c.field.setAttribute("aria-expanded", "false");
    options.mark(c.list, c.field, null);
  };

  const option = (value, label, chosen) => {
    const row = hookline.shape("option");
    row.dataset.value = value;
    row.dataset.label = label;
    row.querySelector("span").textContent = label;
    row.setAttribute("aria-selected", chosen);
    return row;
  };

  const local = (c, words) =>
    [...c.select.options]
      .filter((o) => o.value && o.text.toLowerCase().includes(words.toLowerCase()))
      .slice(0, LIMIT)
      .map((o) => option(o.value, o.text, o.selected));

  const creating = (words) => {
    const row = hookline.shape("create");
    const label = document.getElementById("shape-create").dataset.label;
    row.dataset.label = words;
    row.querySelector("span").textContent = `${label} “${words}”`;
    return row;
  };

  const fill = async (c) => {
    const words = c.field.value.trim();
    asked.get(c.box)?.abort();
    const turn = new AbortController();
    asked.set(c.box, turn);
    if (c.box.dataset.lookup) {
      const url = new URL(c.box.dataset.lookup, location.href);
      url.searchParams.set("q", words);
      c.list.innerHTML = await hookline.get(url, { signal: turn.signal });
    } else {
      c.list.replaceChildren(...local(c, words));
    }
    const chosen = new Set([...c.select.selectedOptions].map((o) => o.value));
    const rows = options.all(c.list);
    for (const row of rows) row.setAttribute("aria-selected", chosen.has(row.dataset.value));
    const same = rows.some((row) => row.dataset.label.toLowerCase() === words.toLowerCase());
    if (c.box.dataset.create && words && !same) c.list.append(creating(words));
    if (!options.all(c.list).length) c.list.append(hookline.shape("none"));
    c.list.hidden = false;
    c.field.setAttribute("aria-expanded", "true");
    options.mark(c.list, c.field, words ? options.all(c.list)[0] : null);
  };

  const open = (c) =>
    fill(c).catch((error) => {
      if (error.name !== "AbortError") hookline.toast(hookline.phrase("fail"), "bad");
    });

  const draw = (c) => {
    for (const tag of c.box.querySelectorAll(".combobox-tag")) tag.remove();
    for (const o of c.select.selectedOptions) {
      if (!o.value) continue;
      const tag = hookline.shape("tag");
      tag.dataset.value = o.value;
      tag.querySelector("span").textContent = o.text;
      tag.querySelector("button").setAttribute(
        "aria-label", `${document.getElementById("shape-tag").dataset.label}: ${o.text}`);
      c.field.before(tag);
    }
    c.select.dispatchEvent(new Event("change", { bubbles: true }));
  };

  /** For who changes the plain select behind it: what is chosen shows again. */
  hookline.drawCombobox = (select) => {
    const c = of(select);
    if (c) draw(c);
  };

  const choose = (c, value, label) => {
    let entry = [...c.select.options].find((o) => o.value === value);
    if (!entry) c.select.add((entry = new Option(label, value)));
    entry.selected = c.many ? !entry.selected : true;
    c.field.value = "";
    draw(c);
    if (c.many) open(c);
    else close(c);
  };

  const create = async (c, name) => {
    const answer = await hookline.post(c.box.dataset.create, { name });
    // Why something cannot be made is said in the server's own words.
    if (answer.status === 422) return hookline.toast(await answer.text(), "bad");
    if (!answer.ok) throw new Error(answer.status);
    const holder = document.createElement("template");
    holder.innerHTML = await answer.text();
    const made = holder.content.querySelector("[data-value]");
    choose(c, made.dataset.value, made.dataset.label);
  };

  const take = (c, row) => {
    if (!("newOption" in row.dataset)) return choose(c, row.dataset.value, row.dataset.label);
    create(c, row.dataset.label).catch(() => hookline.toast(hookline.phrase("fail"), "bad"));
  };

  const drop = (c, value) => {
    for (const o of c.select.options) if (o.value === value) o.selected = false;
    if (!c.many) c.select.value = "";
    draw(c);
  };

  document.addEventListener("input", (event) => {
    if (!event.target.matches?.(".combobox [role=combobox]")) return;
    const c = of(event.target);
    // What answered the letters before is not what Enter may take.
    options.mark(c.list, c.field, null);
    clearTimeout(timers.get(c.box));
    // What is in the page already is there at once, so that Enter right after the last letter takes it.
    if (c.box.dataset.lookup) timers.set(c.box, setTimeout(open, 150, c));
    else open(c);
  });
  document.addEventListener("click", (event) => {
    for (const box of document.querySelectorAll(".combobox:has([aria-expanded=true])")) {
      if (!box.contains(event.target)) close(part(box));
    }
    const c = of(event.target);
    if (!c) return;
    const gone = event.target.closest("[data-untag]");
    const row = event.target.closest('[role=option]:not([aria-disabled="true"])');
    if (gone) drop(c, gone.parentElement.dataset.value);
    else if (row) take(c, row);
    else if (c.list.hidden) open(c);
    c.field.focus();
  });
  document.addEventListener("keydown", (event) => {
    if (!event.target.matches?.(".combobox [role=combobox]")) return;
    const c = of(event.target);
    const shown = !c.list.hidden;
    if (event.key === "ArrowDown" && !shown) {
      event.preventDefault();
      open(c);
    } else if (shown && options.steer(c.list, c.field, event)) {
      return;
    } else if (event.key === "Enter" && shown && !event.ctrlKey) {
      event.preventDefault();
      if (options.active(c.list)) take(c, options.active(c.list));
    } else if (event.key === "Escape" && shown) {
      event.preventDefault();
      event.stopPropagation();
      close(c);
    } else if (event.key === "Backspace" && !c.field.value) {
      const last = [...c.box.querySelectorAll(".combobox-tag")].at(-1);
      if (last) drop(c, last.dataset.value);
    } else if (event.key === "Tab") close(c);
  }, true);
})();
