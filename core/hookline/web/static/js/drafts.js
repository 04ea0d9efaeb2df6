// Nothing typed is lost: a form with data-guard asks before it is left, one with data-draft keeps its text for this tab.
(() => {
  "use strict";
  const KEY = "hookline.draft:";
  const SENT = "hookline.sent";
  const texts = (form) => [...form.elements].filter((e) => e.name && e.matches("textarea, input:is([type=text], [type=email], [type=tel], [type=url], :not([type]))"));
  const key = (form) => KEY + form.dataset.draft;

  const keep = (form) => {
    const values = texts(form).filter((e) => e.value !== e.defaultValue).map((e) => [e.name, e.value]);
    if (values.length) sessionStorage.setItem(key(form), JSON.stringify(values));
    else sessionStorage.removeItem(key(form));
  };

  const restore = (form) => {
    if (form.dataset.restored) return;
    form.dataset.restored = "yes";
    const kept = JSON.parse(sessionStorage.getItem(key(form)) ?? "[]");
    let changed = false;
    for (const [name, value] of kept) {
      const field = texts(form).find((e) => e.name === name && e.value === e.defaultValue && e.value !== value);
      if (!field) continue;
      field.value = value;
      changed = true;
    }
    if (changed) {
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
    if (!("signedIn" in document.body.dataset)) {
      if (sent.length) sessionStorage.setItem(SENT, JSON.stringify(sent));
      return;
    }
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
    if (form && "guard" in form.dataset) form.dataset.dirty = "";
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
  });
  window.addEventListener("beforeunload", (event) => {
    if (document.querySelector("form[data-guard][data-dirty]")) event.preventDefault();
  });
  document.addEventListener("DOMContentLoaded", () => {
    settle();
    restoreAll();
  });
  document.addEventListener("htmx:after:swap", () => {
    settle();
    restoreAll();
  });
})();
