// The clock of a message in training: it runs on from where the server found it.

/** @type {WeakMap<Element, {shown: string, by: number}>} by how many milliseconds each is ahead of this machine's */
const clocks = new WeakMap();

/**
 * A moment as the server writes it: «пн 30 ноября, 9:44».
 * @param {number} at milliseconds of 1970
 * @param {string | undefined} timeZone
 */
function written(at, timeZone) {
  const part = (/** @type {Intl.DateTimeFormatOptions} */ options) => new Date(at).toLocaleString("ru-RU", { ...options, timeZone });
  return `${part({ weekday: "short" })} ${part({ day: "numeric", month: "long" })}, ${part({ hour: "numeric", minute: "2-digit" })}`;
}

function update() {
  for (const element of document.querySelectorAll("[data-own-clock]")) {
    const shown = element.getAttribute("data-own-clock") ?? "";
    let clock = clocks.get(element);
    // Another one is there once the clock was moved, or the strip renewed.
    if (clock?.shown !== shown) clocks.set(element, (clock = { shown, by: Number(shown) * 1000 - Date.now() }));
    const text = written(Date.now() + clock.by, element.getAttribute("data-zone") ?? undefined);
    if (element.textContent !== text) element.textContent = text;
  }
}

/** Begin to tick, if there is such a clock. */
export function runOwnClock() {
  if (!document.querySelector("[data-own-clock]")) return;
  update();
  setInterval(update, 1_000);
  document.addEventListener("htmx:after:swap", update);
}
