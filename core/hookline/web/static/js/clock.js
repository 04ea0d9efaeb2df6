// "5 minutes ago" stays true: every <time data-ago> is written anew each minute, in the page's language.
(() => {
  "use strict";
  const UNITS = [["year", 31536000], ["month", 2592000], ["week", 604800], ["day", 86400], ["hour", 3600], ["minute", 60]];
  const words = new Intl.RelativeTimeFormat(document.documentElement.lang || "en", { numeric: "auto", style: "short" });

  const say = (then) => {
    const seconds = (then - Date.now()) / 1000;
    const [unit, size] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? ["minute", 60];
    return words.format(Math.trunc(seconds / size), unit);
  };
  const refresh = () => {
    if (document.hidden) return;
    for (const time of document.querySelectorAll("time[data-ago]")) {
      const then = Date.parse(time.dateTime);
      if (!Number.isNaN(then)) time.textContent = say(then);
    }
  };
  setInterval(refresh, 60000);
  document.addEventListener("visibilitychange", refresh);
})();
