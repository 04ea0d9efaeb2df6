// The two things every other file needs: talking to the server and saying something in passing.
// All behaviour is delegated to the document, so whatever htmx swaps in works without being set up.
const hookline = (() => {
  "use strict";
  const headers = (target) => ({
    "X-CSRF-Token": document.body.dataset.csrf ?? "",
    "HX-Request": "true",
    ...(target && { "HX-Target": target }),
  });

  /** A POST with the token; `values` is an object or FormData. */
  const post = (url, values, target) => {
    const body = values instanceof FormData ? values : new URLSearchParams(values);
    return fetch(url, { method: "POST", headers: headers(target), body });
  };

  /** A GET of a fragment as text; refuses what is not a good answer. `target` names where it will stand: "div#row-menu". */
  const get = async (url, { signal, target } = {}) => {
    const answer = await fetch(url, { headers: headers(target), signal });
    if (!answer.ok) throw new Error(`${answer.status} ${url}`);
    return answer.text();
  };

  /** Markup of our own server into an element, with the htmx in it brought to life. */
  const put = (box, text, swap = "innerHTML") => htmx.swap({ sourceElement: box, target: box, swap, text });

  const shape = (name) => document.getElementById(`shape-${name}`).content.firstElementChild.cloneNode(true);
  const phrase = (name) => document.getElementById(`shape-${name}`).content.textContent;

  const TONES = { ok: "green", warn: "amber", bad: "red" };

  /** Text only: a message never becomes markup. With `undo`, a function, there is a button for it; `mark` is a class. */
  const toast = (text, kind = "ok", { undo, mark } = {}) => {
    const box = shape("toast");
    box.classList.add(`tone-${TONES[kind] ?? "blue"}`);
    if (mark) box.classList.add(mark);
    box.querySelector("span").textContent = text;
    const back = box.querySelector("[data-undo]");
    back.hidden = !undo;
    back.addEventListener("click", () => {
      box.remove();
      undo?.();
    });
    document.getElementById("toaster").append(box);
    setTimeout(() => box.remove(), kind === "bad" || undo ? 12000 : 6000);
  };

  const typing = (node) => Boolean(node?.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]"));

  document.addEventListener("hookline:toast", (event) => toast(event.detail.text, event.detail.kind));
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-dismiss]")) event.target.closest(".toast").remove();
  });
  document.addEventListener("DOMContentLoaded", () => {
    for (const good of document.querySelectorAll("#flash > .tone-green")) toast(good.textContent.trim());
  });
  document.addEventListener("htmx:error", () => toast(phrase("fail"), "bad"));

  return { get, phrase, post, put, shape, toast, typing };
})();
