// Nothing typed is lost: a form with data-guard asks before it is left, one with data-draft keeps what is in it for this tab.
(() => {
  "use strict";
  const KEY = "hookline.draft:";
  const SENT = "hookline.sent";
  const key = (form) => KEY + form.dataset.draft;
  const TEXTS = "textarea, input:is([type=text], [type=email], [type=tel], [type=url], [type=number], :not([type]))";
  const TICKS = "input:is([type=checkbox], [type=radio])";

  // What a control holds besides what it came with: a text, whether it is ticked, or the chosen values with their words.
  const all = (form) => [...form.elements].filter((e) => e.name && !e.readOnly && e.matches(`${TEXTS}, ${TICKS}, select`));
  const chosen = (select) => [...select.selectedOptions].map((o) => [o.value, o.text]);
  const isChanged = (e) => {
    if (e.matches(TICKS)) return e.checked !== e.defaultChecked;
    if (!e.matches("select")) return e.value !== e.defaultValue;
    const first = [...e.options].filter((o) => o.defaultSelected).map((o) => o.value);
    const usual = first.length || e.multiple ? first : [e.options[0]?.value ?? ""];
    return chosen(e).map(([value]) => value).join("\n") !== usual.join("\n");
  };
  const held = (e) => (e.matches(TICKS) ? [e.value, e.checked] : e.matches("select") ? chosen(e) : e.value);

  const keep = (form) => {
    const values = all(form).filter(isChanged).map((e) => [e.name, held(e)]);
    if (values.length) sessionStorage.setItem(key(form), JSON.stringify(values));
    else sessionStorage.removeItem(key(form));
  };

  const choose = (select, pairs) => {
    for (const [value, text] of pairs) {
      if (![...select.options].some((o) => o.value === value)) select.add(new Option(text, value));
    }
    for (const o of select.options) o.selected = pairs.some(([value]) => value === o.value);
    hookline.drawCombobox?.(select);
  };

  /** Put one value back, unless the control has another one already; says whether it did. */
  const put = (form, name, value) => {
    const same = all(form).filter((e) => e.name === name);
    const e = Array.isArray(value) && typeof value[1] === "boolean" ? same.find((one) => one.matches(TICKS) && one.value === value[0]) : same[0];
    if (!e || isChanged(e)) return false;
    if (e.matches(TICKS)) e.checked = value[1];
    else if (e.matches("select")) choose(e, value);
    else e.value = value;
    return isChanged(e);
  };

  const restore = (form) => {
    if (form.dataset.restored) return;
    form.dataset.restored = "yes";
    let changed = false;
    for (const [name, value] of JSON.parse(sessionStorage.getItem(key(form)) ?? "[]")) changed = put(form, name, value) || changed;
    if (changed) {
      keep(form);
      form.dataset.dirty = "";
      form.prepend(hookline.shape("restored"));
    }
  };

  const restoreAll = () => {
    for (const form of document.querySelectorAll("form[data-draft]")) restore(form);
  };

  // What was sent stays until a page comes back that does not show the form as refused again.
  const settle = () => {
    const sent = JSON.parse(sessionStorage.getItem(SENT) ?? "[]");
    sessionStorage.removeItem(SENT);
    // The session had ended: nothing was saved, and all of it is wanted again after the sign-in.
    if (!("signedIn" in document.body.dataset)) return;
    for (const name of sent) {
      const form = [...document.querySelectorAll("form[data-draft]")].find((f) => key(f) === name);
      if (!form?.querySelector("[aria-invalid=true], .callout")) sessionStorage.removeItem(name);
    }
  };

  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!form) return;
    if ("guard" in form.dataset) form.dataset.dirty = "";
    if (form.dataset.draft) keep(form);
  });
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (!form) return;
    if ("guard" in form.dataset) form.dataset.dirty = "";
    if (form.dataset.draft && !event.target.matches("[role=combobox]")) keep(form);
  });
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented && !event.target.hasAttribute("hx-post")) return;
    event.target.removeAttribute("data-dirty");
    if (event.target.dataset.draft) {
      const sent = JSON.parse(sessionStorage.getItem(SENT) ?? "[]");
      sessionStorage.setItem(SENT, JSON.stringify([...sent, key(event.target)]));
    }
  });
  document.addEventListener("click", (event) => {
    const form = event.target.closest("[data-discard]")?.closest("form");
    if (!form) return;
    sessionStorage.removeItem(key(form));
    form.querySelector("[data-restored].callout").remove();
    form.removeAttribute("data-dirty");
    form.reset();
    for (const select of form.querySelectorAll(".combobox select")) hookline.drawCombobox?.(select);
  });
  window.addEventListener("beforeunload", (event) => {
    if (document.querySelector("form[data-guard][data-dirty]")) event.preventDefault();
  });
  document.addEventListener("DOMContentLoaded", () => {
    settle();
    restoreAll();
  });
  // The session has ended, and the answer leads to the sign-in: there is nothing to ask about what comes back after it.
  document.addEventListener("htmx:after:request", (event) => {
    if (event.detail.ctx.response.status !== 401) return;
    for (const form of document.querySelectorAll("form[data-draft]")) form.removeAttribute("data-dirty");
  });
  document.addEventListener("htmx:after:swap", (event) => {
    // Whatever else comes into the page meanwhile is no answer to what was sent.
    if (event.detail.ctx.sourceElement?.dataset?.draft) settle();
    restoreAll();
  });
})();
