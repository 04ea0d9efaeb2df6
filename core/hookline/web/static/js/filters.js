// Filters: the form of one over the list, where its chip or the menu stands, and a search among the fields.
(() => {
  "use strict";
  const show = async (link) => {
    const box = document.getElementById("filter-pop");
    const opener = link.closest(".chip") ?? document.querySelector("[popovertarget=filter-menu]");
    try {
      await hookline.put(box, await hookline.get(link.dataset.filterEdit, { target: "div#filter-pop" }));
      document.querySelector("#filter-menu:popover-open")?.hidePopover();
      box.showPopover({ source: opener });
      const fields = [...box.querySelectorAll(".field :is(input, select, textarea)")].filter((one) => one.getClientRects().length);
      (fields.find((one) => one.name !== "op") ?? fields[0])?.focus();
    } catch {
      location.assign(link.href);
    }
  };

  // Before htmx, which would fetch the whole list with the form above it.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-filter-edit]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !document.getElementById("filter-pop")) return;
    event.preventDefault();
    event.stopPropagation();
    show(link);
  }, true);
  document.addEventListener("click", (event) => {
    const close = event.target.closest?.(".filter-pop [data-pop-close]");
    if (!close) return;
    event.preventDefault();
    event.stopPropagation();
    close.closest("[popover]").hidePopover();
  }, true);

  // Whoever sets an end of a span means no named range, and the other way round.
  document.addEventListener("input", (event) => {
    const form = event.target.closest?.(".filter-edit");
    if (!form) return;
    const range = form.elements.range;
    const ends = ["since", "until"].map((name) => form.elements[name]).filter(Boolean);
    if (event.target === range && range.value) for (const end of ends) end.value = "";
    else if (range && ends.includes(event.target) && event.target.value) range.value = "";
    const bare = ["empty", "filled"].includes(form.elements.op?.value);
    for (const field of form.querySelectorAll(".field")) {
      if (!field.querySelector("[name=op]")) field.hidden = bare;
    }
  });

  document.addEventListener("input", (event) => {
    if (!event.target.matches?.("[data-menu-search]")) return;
    const words = event.target.value.trim().toLowerCase();
    for (const item of event.target.parentElement.querySelectorAll(".menu-item")) {
      item.hidden = !item.textContent.toLowerCase().includes(words);
    }
  });
  document.addEventListener("keydown", (event) => {
    if (!event.target.matches?.("[data-menu-search]")) return;
    const items = [...event.target.parentElement.querySelectorAll(".menu-item:not([hidden])")];
    if (event.key === "Enter") {
      event.preventDefault();
      items[0]?.click();
    } else if (event.key === "ArrowDown") {
      event.preventDefault();
      items[0]?.focus();
    }
  });
  document.addEventListener("toggle", (event) => {
    if (event.target.id !== "filter-menu" || event.newState !== "open") return;
    const search = event.target.querySelector("[data-menu-search]");
    if (!search) return;
    search.value = "";
    search.dispatchEvent(new Event("input", { bubbles: true }));
    search.focus();
  }, true);
})();
