// A list of options steered from a text field: the palette and the combobox share it.
const options = (() => {
  "use strict";
  const all = (list) => [...list.querySelectorAll('[role=option]:not([aria-disabled="true"]):not([hidden])')];
  const active = (list) => list.querySelector("[data-active]");

  let serial = 0;
  const mark = (list, field, option) => {
    active(list)?.removeAttribute("data-active");
    if (!option) return field.removeAttribute("aria-activedescendant");
    option.id ||= `option-${++serial}`;
    option.setAttribute("data-active", "");
    option.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", option.id);
  };

  /** Moves by an arrow key; true when the key was one of these. */
  const steer = (list, field, event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return false;
    event.preventDefault();
    const found = all(list);
    if (found.length) {
      const at = found.indexOf(active(list));
      mark(list, field, found[at < 0 && step < 0 ? found.length - 1 : (at + step + found.length) % found.length]);
    }
    return true;
  };

  return { active, all, mark, steer };
})();
