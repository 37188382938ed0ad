// A message among others: the list that one came from leads on, and after an act the hand is where it goes next.
//
// The server knows the viewer's queue; any other list is kept in the tab as one opens a message from it.

const LIST = "otklik-list";
const ACTED = "otklik-acted";

/** @typedef {{address: string, name: string, numbers: string[]}} List */

/** @param {Element} link */
const numberOf = (link) => /^\/messages\/(\d+)$/.exec(link.getAttribute("href") ?? "")?.[1];

/** Keep the list that a message is opened from. @param {MouseEvent} event */
function keep(event) {
  const link = event.target instanceof Element ? event.target.closest("[data-row] a") : null;
  if (!link || !numberOf(link)) return;
  if (location.pathname === "/") {
    sessionStorage.removeItem(LIST);
    return;
  }
  const numbers = [...document.querySelectorAll("[data-row] a")].map(numberOf).filter((number) => number !== undefined);
  const name = document.querySelector("h1")?.textContent?.trim() ?? "";
  sessionStorage.setItem(LIST, JSON.stringify({ address: location.pathname + location.search, name, numbers: [...new Set(numbers)] }));
}

/** The list that was kept, where this message is in it. @param {string} number @returns {List | null} */
function kept(number) {
  try {
    const list = JSON.parse(sessionStorage.getItem(LIST) ?? "null");
    return list?.numbers.includes(number) ? list : null;
  } catch {
    return null;
  }
}

/** Lead through the list that was kept. */
function show() {
  const number = document.querySelector("[data-number]")?.getAttribute("data-number");
  const list = number ? kept(number) : null;
  if (!number || !list) return;
  const place = list.numbers.indexOf(number);
  const back = document.querySelector("[data-list]");
  back?.setAttribute("href", list.address);
  if (back) back.textContent = `← ${list.name} · ${place + 1} из ${list.numbers.length}`;
  for (const [key, by] of /** @type {[string, number][]} */ ([["k", -1], ["j", 1]])) {
    const link = document.querySelector(`[data-key="${key}"]`);
    const other = list.numbers[place + by];
    link?.toggleAttribute("hidden", !other);
    if (other) link?.setAttribute("href", `/messages/${other}`);
  }
}

/** An act has been done: the page that follows takes the focus to what comes next. */
export function acted() {
  sessionStorage.setItem(ACTED, "yes");
}

function goOn() {
  if (!sessionStorage.getItem(ACTED)) return;
  sessionStorage.removeItem(ACTED);
  const form = document.querySelector("[data-main]")?.closest("form");
  const field = form?.querySelector(":is(input:not([type=hidden], [hidden]), textarea, select:not([hidden]))");
  const next = document.querySelector("[data-next]") ?? field ?? document.querySelector("[data-main]") ?? document.getElementById("main");
  if (next instanceof HTMLElement) next.focus({ preventScroll: true });
}

/** Begin. */
export function goAmong() {
  document.addEventListener("click", keep);
  document.addEventListener("htmx:after:swap", show);
  show();
  goOn();
}
