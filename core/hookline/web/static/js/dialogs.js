// Dialogs: a link with data-dialog loads its page's block into the one dialog; data-open shows a dialog that stands in the page.
(() => {
  "use strict";
  const dirty = (box) => box.querySelector("form[data-dirty]");
  const mayClose = (box) => !dirty(box) || confirm(hookline.phrase("leave"));
  const close = (box) => {
    if (!mayClose(box)) return;
    dirty(box)?.removeAttribute("data-dirty");
    box.close();
  };

  const load = async (url) => {
    const box = document.getElementById("dialog");
    try {
      const text = await hookline.get(url, { target: "dialog#dialog" });
      // A page that has no form for the dialog answers whole, and is gone to.
      if (!text.includes("dialog-head")) throw new Error("not a dialog");
      await hookline.put(box, text);
      if (!box.open) box.showModal();
      box.querySelector("[autofocus], .error ~ input, .dialog-body :is(input, select, textarea):not([type=hidden])")?.focus();
    } catch {
      location.assign(url);
    }
  };

  hookline.dialog = load;

  document.addEventListener("click", (event) => {
    const plain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.button);
    const link = event.target.closest("a[data-dialog]");
    if (link && plain && window.htmx && document.getElementById("dialog")) {
      event.preventDefault();
      link.closest("[popover]")?.hidePopover();
      load(link.href);
      return;
    }
    const opener = event.target.closest("[data-open]");
    if (opener) {
      opener.closest("[popover]")?.hidePopover();
      document.getElementById(opener.dataset.open)?.showModal();
      return;
    }
    const box = event.target.closest("dialog");
    if (!box) return;
    if (event.target.closest("[data-close]") || event.target === box) {
      event.preventDefault();
      close(box);
    }
  });

  // Escape goes through the same question as the close button.
  document.addEventListener("cancel", (event) => {
    if (event.target.matches?.("dialog") && !mayClose(event.target)) event.preventDefault();
  }, true);

  document.addEventListener("submit", (event) => {
    const question = event.target.dataset.confirm;
    if (question && !confirm(question)) event.preventDefault();
  }, true);

  document.addEventListener("close", (event) => {
    if (event.target.id === "dialog") event.target.replaceChildren();
  }, true);
})();
