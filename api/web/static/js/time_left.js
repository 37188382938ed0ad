// Time left, ticking by the time that counts and by the clock that the server gave.

/** Seconds by which the server's clock is ahead of this machine's. */
let ahead = 0;

/** A stretch of time that counts, in seconds of 1970. @typedef {[number, number]} Span */

/**
 * A duty as the server wrote it.
 * @typedef {object} Duty
 * @property {number} then seconds left where the first span begins
 * @property {Span[][]} days the time that counts from then on, by days, past the due moment too
 * @property {number} due
 * @property {boolean} byClock up to the due moment all time counts
 */

const BAR = 44; // pixels of a whole limit

/** What is read of an element. @param {Element} element @returns {Duty} */
export function read(element) {
  const [then, ...days] = (element.getAttribute("data-left") ?? "").split(" ");
  return {
    then: Number(then),
    days: days.map((day) => day.split(",").map((span) => /** @type {Span} */ (span.split("-").map(Number)))),
    due: Number(element.getAttribute("data-due")),
    byClock: element.hasAttribute("data-clock"),
  };
}

/** What of some days lies from one moment to another. @param {Span[][]} days @param {number} from @param {number} to */
function within(days, from, to) {
  let seconds = 0;
  for (const day of days) for (const [start, end] of day) seconds += Math.max(0, Math.min(end, to) - Math.max(start, from));
  return seconds;
}

/** Seconds left at a moment, negative once they have passed. @param {Duty} duty @param {number} now */
export function left({ then, days }, now) {
  return then - within(days, -Infinity, now);
}

/**
 * Whole working days left and the seconds besides, from one moment of a day to the same of the next; null below one.
 * The server counts so too: `OpenDuty.days_left`.
 * @param {Duty} duty @param {number} now
 */
function daysLeft({ days, due, byClock }, now) {
  const coming = days.filter((day) => day[day.length - 1][1] > now && day[0][0] < due);
  if (byClock || due < now || !coming.length) return null;
  const sinceOpening = Math.max(now - coming[0][0][0], 0);
  const last = coming[coming.length - 1];
  if (!sinceOpening && last[last.length - 1][1] <= due) return { days: coming.length, rest: 0 };
  const whole = coming.length - 1 - (sinceOpening > due - last[0][0] ? 1 : 0);
  if (whole < 1) return null;
  return { days: whole, rest: within(coming.slice(whole), coming[whole][0][0] + sinceOpening, due) };
}

const FORMS = new Intl.PluralRules("ru");
const WORKING_DAYS = { one: "рабочий день", few: "рабочих дня" };

/** What is left, as the server writes it: «2 рабочих дня 7 ч», «1 ч 04 мин», «−35 мин». @param {Duty} duty @param {number} now */
export function written(duty, now) {
  const whole = daysLeft(duty, now);
  if (whole) {
    const noun = WORKING_DAYS[/** @type {"one" | "few"} */ (FORMS.select(whole.days))] ?? "рабочих дней";
    const hours = Math.floor(whole.rest / 3600);
    return `${whole.days} ${noun}${hours ? ` ${hours} ч` : ""}`;
  }
  const sign = duty.due < now ? "−" : "";
  const minutes = Math.max(Math.floor(Math.abs(left(duty, now)) / 60), sign ? 1 : 0);
  const hours = Math.floor(minutes / 60);
  return hours ? `${sign}${hours} ч ${String(minutes % 60).padStart(2, "0")} мин` : `${sign}${minutes} мин`;
}

function update() {
  const now = Date.now() / 1000 + ahead;
  for (const element of document.querySelectorAll("[data-left]")) {
    const duty = read(element);
    const text = written(duty, now);
    if (element.textContent !== text) element.textContent = text;
    const row = element.closest("[data-row], [data-duty]");
    const warn = Number(element.getAttribute("data-warn") ?? Infinity);
    row?.classList.toggle("late", duty.due < now);
    row?.classList.toggle("soon", duty.due >= now && warn <= now);
    const bar = row?.querySelector("[data-whole]");
    const whole = Number(bar?.getAttribute("data-whole"));
    const spent = duty.due < now || !whole ? 1 : Math.min(Math.max(1 - left(duty, now) / whole, 0), 1);
    bar?.setAttribute("width", (BAR * spent).toFixed(1));
  }
}

/** Begin to tick: at once, and at every second after; a minute ends at another second for each. */
export function tick() {
  const made = document.querySelector("main")?.getAttribute("data-now");
  if (made) ahead = Number(made) - performance.timeOrigin / 1000;
  if (Math.abs(ahead) < 30) ahead = 0;
  update();
  setInterval(update, 1000);
  document.addEventListener("htmx:after:swap", update);
  document.addEventListener("otklik:rows", update);
  document.addEventListener("visibilitychange", update);
}
