// Working time left, ticking by the spans and the clock that the server gave.

/** Seconds by which the server's clock is ahead of this machine's. */
let ahead = 0;

/** What is left, as the server writes it: «1 ч 04 мин», «−35 мин». @param {number} seconds */
export function written(seconds) {
  const sign = seconds < 0 ? "−" : "";
  const minutes = Math.max(Math.floor(Math.abs(seconds) / 60), sign ? 1 : 0);
  const hours = Math.floor(minutes / 60);
  return hours ? `${sign}${hours} ч ${String(minutes % 60).padStart(2, "0")} мин` : `${sign}${minutes} мин`;
}

/**
 * Seconds of working time left now.
 * @param {number} then what was left when the page was made
 * @param {[number, number][]} spans working time ahead of that moment, in seconds of 1970
 * @param {number} now
 */
export function left(then, spans, now) {
  let passed = 0;
  for (const [start, end] of spans) passed += Math.max(0, Math.min(end, now) - start);
  return then - passed;
}

function now() {
  return Date.now() / 1000 + ahead;
}

function update() {
  for (const element of document.querySelectorAll("[data-left]")) {
    const [then, ...rest] = (element.getAttribute("data-left") ?? "").split(" ");
    const spans = rest.map((span) => /** @type {[number, number]} */ (span.split("-").map(Number)));
    const seconds = left(Number(then), spans, now());
    const text = written(seconds);
    if (element.textContent !== text) element.textContent = text;
    const row = element.closest("[data-row], [data-duty]");
    const warn = Number(element.getAttribute("data-warn") ?? Infinity);
    row?.classList.toggle("late", seconds < 0);
    row?.classList.toggle("soon", seconds >= 0 && warn <= now());
  }
}

/** Begin to tick: at once, and at every whole minute after. */
export function tick() {
  const made = document.querySelector("main")?.getAttribute("data-now");
  if (made) ahead = Number(made) - performance.timeOrigin / 1000;
  if (Math.abs(ahead) < 30) ahead = 0;
  update();
  setInterval(update, 10_000);
  document.addEventListener("htmx:after:swap", update);
  document.addEventListener("otklik:rows", update);
  document.addEventListener("visibilitychange", update);
}
