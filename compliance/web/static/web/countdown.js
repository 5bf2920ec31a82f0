/* Keeps "1 day and 4 hours left" true while a page stays open. The server wrote the words and both
   instants, so its clock counts and not that of the device; without this script the page says what
   was true when it was asked for. Nothing is announced while it runs: only that it is over. */
"use strict";

(() => {
  const fill = (text, values) => text.replace(/%\((\w+)\)[sd]/g, (_, name) => values[name]);
  const counted = (words, count) => fill(words[count === 1 ? 0 : 1], { count });

  function left(seconds, words) {
    const days = Math.floor(seconds / 86400);
    const hours = Math.floor((seconds % 86400) / 3600);
    const minutes = Math.floor((seconds % 3600) / 60);
    const told = [];
    if (days) told.push(counted(words.day, days));
    if (hours) told.push(counted(words.hour, hours));
    if (minutes && !days) told.push(counted(words.minute, minutes));
    if (!told.length) return words.moment;
    return told.length === 1 ? told[0] : fill(words.and, { one: told[0], other: told[1] });
  }

  function show(line, since) {
    const words = JSON.parse(line.dataset.words);
    const seconds = Math.floor(Number(line.dataset.until) - Number(line.dataset.at) - since);
    if (seconds <= 0) {
      line.setAttribute("aria-live", "polite");
      line.textContent = words.over;
      return;
    }
    const text = fill(words.left, { left: left(seconds, words) });
    if (line.textContent !== text) line.textContent = text;
  }

  function start() {
    const lines = [...document.querySelectorAll("[data-until][data-words]")];
    /* Date.now counts on while a device sleeps, which performance.now does not do everywhere. */
    const began = Date.now();
    const all = () => lines.forEach((line) => show(line, (Date.now() - began) / 1000));
    if (!lines.length) return;
    setInterval(all, 15000);
    document.addEventListener("visibilitychange", all);
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
