// Writing on a record's page: a digit opens its tab of the composer, and files are dropped anywhere on the record.
(() => {
  "use strict";
  const tabs = () => [...document.querySelectorAll("#composer [role=tab]")];

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || !hookline.keys() || hookline.typing(event.target)) return;
    if (document.querySelector("dialog[open], [popover]:popover-open")) return;
    const tab = /^Digit[1-9]$/.test(event.code) && tabs()[Number(event.code.at(-1)) - 1];
    if (!tab) return;
    event.preventDefault();
    tab.click();
    tab.closest(".composer").scrollIntoView({ block: "nearest" });
    document.getElementById(tab.getAttribute("aria-controls")).querySelector("textarea, select, input:not([type=hidden])")?.focus();
  });

  const form = () => document.querySelector("#composer-file form");
  const carries = (event) => event.dataTransfer?.types.includes("Files") && form();
  let depth = 0;
  const shade = (on) => document.getElementById("record")?.toggleAttribute("data-dropping", on);

  /** One after the other, so that a refused one is named by itself and those before it are kept. */
  const send = async (files) => {
    for (const file of files) {
      const data = new FormData(form());
      data.set("file", file);
      const answer = await hookline.post(form().action, data, "div#stream").catch(() => null);
      const text = (await answer?.text()) ?? "";
      if (!text.includes('id="stream"')) return hookline.toast(hookline.phrase("fail"), "bad");
      await hookline.put(document.getElementById("stream"), text, "outerHTML");
      if (!answer.ok) return document.getElementById("composer-file")?.scrollIntoView({ block: "nearest" });
      hookline.toast(JSON.parse(answer.headers.get("HX-Trigger"))["hookline:toast"].text);
    }
  };

  document.addEventListener("dragenter", (event) => {
    if (!carries(event)) return;
    depth += 1;
    shade(true);
  });
  document.addEventListener("dragleave", (event) => {
    if (!carries(event)) return;
    depth = Math.max(0, depth - 1);
    if (!depth) shade(false);
  });
  document.addEventListener("dragover", (event) => {
    if (carries(event)) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    if (!carries(event) || !event.target.closest("#record")) return;
    event.preventDefault();
    depth = 0;
    shade(false);
    send([...event.dataTransfer.files]);
  });
})();
