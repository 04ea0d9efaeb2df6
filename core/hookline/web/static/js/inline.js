// Fields changed where they stand on a record's page: click on the value, Enter saves, Esc puts it back. Links in it still lead on.
(() => {
  "use strict";
  const kept = new WeakMap();
  const formIn = (place) => place.querySelector(":scope > .inline-form");
  const written = (form) => new URLSearchParams(new FormData(form)).toString();
  const first = new WeakMap();
  const dirty = (form) => first.get(form) !== written(form);

  const ask = async (url, body) => {
    const headers = { "HX-Request": "true", "HX-Target": "dd#inline", "X-CSRF-Token": document.body.dataset.csrf ?? "" };
    return fetch(url, { headers, ...(body && { method: "POST", body }) });
  };

  const enter = (form) => {
    const all = [...form.querySelectorAll(".field :is(input, select, textarea):not([type=hidden])")];
    const field = all.find((e) => e.getAttribute("aria-invalid") === "true") ?? all.find((e) => e.getClientRects().length && e.tabIndex >= 0);
    field?.focus();
    if (field?.matches("input:not([type=checkbox], [role=combobox])")) field.select();
  };

  const back = (place) => {
    place.replaceChildren(...kept.get(place));
    kept.delete(place);
    place.querySelector("a.edit, a.empty-val")?.focus();
  };

  const closeOthers = (place) => {
    for (const form of document.querySelectorAll(".inline-form")) {
      const other = form.parentElement;
      if (other !== place && kept.has(other) && !dirty(form)) back(other);
    }
  };

  const start = async (place) => {
    if (formIn(place)) return;
    try {
      const answer = await ask(place.dataset.inline);
      const text = await answer.text();
      if (!answer.ok || !text.includes("inline-form")) throw new Error(answer.status);
      closeOthers(place);
      kept.set(place, [...place.childNodes]);
      await hookline.put(place, text);
      first.set(formIn(place), written(formIn(place)));
      enter(formIn(place));
    } catch {
      location.assign(place.dataset.inline);
    }
  };

  const save = async (form) => {
    if (form.hasAttribute("aria-busy")) return;
    const place = form.parentElement;
    if (!dirty(form)) return back(place);
    form.setAttribute("aria-busy", "true");
    try {
      const answer = await ask(form.action, new FormData(form));
      const text = await answer.text();
      if (answer.ok && text.includes('id="record"')) {
        const field = place.dataset.inline;
        form.removeAttribute("data-dirty");
        await hookline.put(document.getElementById("record"), text, "outerHTML");
        const told = answer.headers.get("HX-Trigger");
        if (told) hookline.toast(JSON.parse(told)["hookline:toast"].text);
        document.querySelector(`[data-inline="${CSS.escape(field)}"] :is(a.edit, a.empty-val)`)?.focus({ preventScroll: true });
      } else if (text.includes("inline-form")) {
        await hookline.put(place, text);
        formIn(place).dataset.dirty = "";
        enter(formIn(place));
      } else throw new Error(answer.status);
    } catch {
      form.removeAttribute("aria-busy");
      hookline.toast(hookline.phrase("fail"), "bad");
    }
  };

  document.addEventListener("click", (event) => {
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const cancel = event.target.closest("[data-inline-cancel]");
    if (cancel) {
      const form = cancel.closest("form");
      // After a conflict the value of the other one is shown, not the old one.
      if (form.querySelector(".inline-conflict")) {
        form.removeAttribute("data-dirty");
        return location.reload();
      }
      return back(form.parentElement);
    }
    const place = event.target.closest("[data-inline]");
    if (!place || formIn(place) || !window.htmx) return;
    const link = event.target.closest("a[href], button");
    if ((link && !link.matches(".edit, .empty-val")) || (!link && String(getSelection()))) return;
    event.preventDefault();
    start(place);
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches(".inline-form")) return;
    event.preventDefault();
    save(event.target);
  });
  document.addEventListener("keydown", (event) => {
    const form = event.target.closest?.(".inline-form");
    if (!form) return;
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      form.querySelector("[data-inline-cancel]").click();
    } else if (event.key === "Enter" && (event.target.matches("select, input[type=checkbox]") || event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      save(form);
    }
  });
})();
