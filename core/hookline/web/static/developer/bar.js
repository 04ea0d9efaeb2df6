// In development: adds up what the parts cost that a page loads later. Each answer says it in its Server-Timing header.
(() => {
  "use strict";
  const bar = document.getElementById("developer-bar");
  const sum = { count: 0, ms: 0, statements: 0, failed: 0 };
  const milliseconds = new Intl.NumberFormat(document.documentElement.lang, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const put = (box, name, text) => { box.querySelector(`[data-${name}]`).textContent = text; };

  const add = (entry) => {
    const told = Object.fromEntries(entry.serverTiming.map((each) => [each.name, each]));
    if (!told.total || !told.sql) return;
    const failed = entry.serverTiming.filter((each) => each.name.startsWith("e-"));
    const plugins = entry.serverTiming.filter((each) => each.name.startsWith("p-"));
    sum.count += 1;
    sum.ms += told.total.duration;
    sum.statements += Number(told.sql.description);
    sum.failed += failed.length;

    const line = bar.querySelector("template").content.firstElementChild.cloneNode(true);
    const url = new URL(entry.name);
    put(line, "path", url.pathname + url.search);
    put(line, "ms", milliseconds.format(told.total.duration));
    put(line, "statements", told.sql.description);
    put(line, "sql", milliseconds.format(told.sql.duration));
    put(line, "plugins", [
      ...plugins.map((each) => ` · ${each.name.slice(2)}: ${each.description} · ${milliseconds.format(each.duration)}`),
      ...failed.map((each) => ` · ${each.name.slice(2)}: ${each.description}`),
    ].join(""));
    const lines = bar.querySelector("[data-later-lines]");
    lines.hidden = false;
    lines.querySelector("ul").append(line);
  };

  const show = () => {
    const later = bar.querySelector("[data-later]");
    later.hidden = sum.count === 0;
    put(later, "count", sum.count);
    put(later, "ms", milliseconds.format(sum.ms));
    put(later, "statements", sum.statements);
    const failed = bar.querySelector("[data-failed]");
    failed.hidden = sum.failed === 0;
    failed.querySelector("b").textContent = sum.failed;
  };

  new PerformanceObserver((list) => {
    list.getEntries().filter((entry) => ["fetch", "xmlhttprequest"].includes(entry.initiatorType)).forEach(add);
    show();
  }).observe({ type: "resource", buffered: true });
})();
