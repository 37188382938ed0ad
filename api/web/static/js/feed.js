// The feed of what was found: gone through by keys alone. A decision takes the row away at once and gives the next one the
// focus; the server is told behind it, and what it does not take comes back with why.
import { ask } from "./asking.js";
import { isolated } from "./direction.js";
import { isOn, isTyping } from "./keys.js";
import { reason } from "./sending.js";
import { signInAgain } from "./signed_out.js";

const AT_ONCE = 3; // decisions under way
const AHEAD = 60; // rows left when the next ones are asked for
const TRIES = 4;
const AGAIN_AFTER = 1500; // milliseconds
const HAND_RESTS = 3000;
const WITHOUT_CONNECTION = "Нет связи с сервером: решение не передано. Решите ещё раз.";

/** @typedef {{id: string, row: HTMLElement, next: Element | null, kind: "take" | "dismiss", body: URLSearchParams, said: string, done: Promise<boolean>, message: string}} Decision */

/** @returns {HTMLElement | null} */
const list = () => document.querySelector("[data-feed-list]");
const feed = () => /** @type {HTMLElement | null} */ (document.querySelector("[data-feed]"));
const rowsOf = (/** @type {Element} */ within) => /** @type {HTMLElement[]} */ ([...within.querySelectorAll("[data-found]")]);

/** Everything decided here, the last at the end. @type {Decision[]} */
const decisions = [];
/** Ids that are decided or on their way. @type {Set<string>} */
const gone = new Set();
/** Ids whose decision is being taken back. @type {Set<string>} */
const returning = new Set();
/** What is said of one candidate is said in order. @type {Map<string, Promise<unknown>>} */
const before = new Map();
/** @type {(() => void)[]} */
const waiting = [];
let underWay = 0;
let movedAt = -Infinity;

/** The row the focus is in. @returns {HTMLElement | null} */
const current = () => /** @type {HTMLElement | null} */ (document.activeElement?.closest("[data-found]") ?? null);

/** @param {Element | null | undefined} row */
function focus(row) {
  const link = /** @type {HTMLElement | null | undefined} */ (row?.querySelector("[data-row] a"));
  if (!link) return;
  link.focus({ preventScroll: true });
  row?.scrollIntoView({ block: "nearest" });
}

/** @param {string} text @param {Decision} [decision] */
function say(text, decision) {
  const last = document.querySelector("[data-feed-last]");
  if (!last) return;
  last.replaceChildren(text);
  if (!decision) return;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Вернуть";
  button.addEventListener("click", () => takeBack(decision));
  last.append(button);
}

/** Why something was not done: it stays until it is closed. @param {string} text */
function refuse(text) {
  const line = document.createElement("p");
  const close = document.createElement("button");
  line.className = "refusal";
  line.append(text);
  close.type = "button";
  close.className = "plain";
  close.textContent = "Закрыть";
  close.addEventListener("click", () => line.remove());
  line.append(close);
  document.querySelector("[data-feed-refusals]")?.append(line);
}

/** @param {number} by */
function count(by) {
  const tag = document.querySelector("[data-new-count]");
  const value = Math.max(0, Number(tag?.textContent?.replace(/\D/g, "") ?? 0) + by);
  show(value);
}

/** @param {number} value */
function show(value) {
  const tag = document.querySelector("[data-new-count]");
  const one = value % 10 === 1 && value % 100 !== 11;
  if (tag) tag.textContent = `${value.toLocaleString("ru-RU")} ${one ? "ждёт" : "ждут"} решения`;
  document.title = document.title.replace(/^(\(\d+\) )?/, value ? `(${value}) ` : "");
  const rows = list();
  const empty = /** @type {HTMLElement | null} */ (document.querySelector("[data-feed-empty]"));
  if (rows && empty) empty.hidden = rows.children.length > 0;
}

/** Wait for one of the few places. @returns {Promise<void>} */
async function turn() {
  if (underWay >= AT_ONCE) await new Promise((go) => waiting.push(() => go(undefined)));
  underWay += 1;
}

function over() {
  underWay -= 1;
  waiting.shift()?.();
}

/** @typedef {{ok: boolean, detail: string, message: string, decided: boolean}} Told */

/** @param {string} id @param {"take" | "dismiss" | "restore"} kind @param {URLSearchParams} body @returns {Promise<Told>} */
function tell(id, kind, body) {
  const told = (before.get(id) ?? Promise.resolve()).then(() => send(`/candidates/${id}/${kind}`, body));
  before.set(id, told);
  return told;
}

/** @param {string} address @param {URLSearchParams} body @returns {Promise<Told>} */
async function send(address, body) {
  await turn();
  try {
    for (let tried = 1; ; tried += 1) {
      try {
        const headers = { Accept: "application/json", "Otklik-Person": encodeURIComponent(document.body.dataset.signedIn ?? "") };
        const answer = await ask(address, { method: "POST", body, headers, keepalive: true });
        if (answer.status === 401 && (await signInAgain())) continue;
        const text = await answer.text();
        if (answer.ok) return { ok: true, detail: "", message: text ? JSON.parse(text).message ?? "" : "", decided: false };
        if (answer.status < 500 || tried === TRIES) {
          const detail = reason({ status: answer.status, text, there: null }) || WITHOUT_CONNECTION;
          return { ok: false, detail, message: "", decided: answer.status === 409 || answer.status === 404 };
        }
      } catch {
        if (tried === TRIES) return { ok: false, detail: WITHOUT_CONNECTION, message: "", decided: false };
      }
      await new Promise((go) => setTimeout(go, AGAIN_AFTER * tried));
    }
  } finally {
    over();
  }
}

/** @param {Decision} decision */
function bringBack(decision) {
  gone.delete(decision.id);
  const rows = list();
  if (!rows) return;
  const before = decision.next?.isConnected ? decision.next : rowsOf(rows).find((row) => Number(row.dataset.found) < Number(decision.id)) ?? null;
  rows.insertBefore(decision.row, before);
  count(1);
}

/** @param {HTMLElement} row @param {"take" | "dismiss"} kind @param {string} why */
function decide(row, kind, why) {
  const id = row.dataset.found ?? "";
  if (gone.has(id)) return;
  const next = row.nextElementSibling;
  const inHand = row.contains(document.activeElement);
  const words = isolated(row.querySelector(".words")?.textContent?.trim().slice(0, 60) ?? "");
  const body = new URLSearchParams(kind === "take" ? { key: /** @type {HTMLInputElement | null} */ (row.querySelector("[data-take] [name=key]"))?.value ?? "" } : { reason: why });
  const said = kind === "take" ? `Взято в работу: «${words}»` : `Отклонено (${isolated(why.replace(/\.$/, "").toLowerCase())}): «${words}»`;
  /** @type {Decision} */
  const decision = { id, row, next, kind, body, said, message: "", done: Promise.resolve(true) };
  gone.add(id);
  row.remove();
  if (inHand) focus(next ?? list()?.lastElementChild);
  count(-1);
  decisions.push(decision);
  say(said, decision);
  decision.done = tell(id, kind, body).then(({ ok, detail, message, decided }) => {
    decision.message = message;
    if (ok) {
      if (message && decisions.at(-1) === decision) tellNumber(decision);
      return true;
    }
    decisions.splice(decisions.indexOf(decision), 1);
    refuse(`«${words}». ${detail}`);
    if (!decided) bringBack(decision);
    return false;
  });
  more();
}

/** @param {Decision} decision */
function tellNumber(decision) {
  say("", undefined);
  const last = document.querySelector("[data-feed-last]");
  const link = document.createElement("a");
  link.href = `/messages/${decision.message}`;
  link.textContent = `№ ${decision.message}`;
  say(`${decision.said} — сообщение `, decision);
  last?.insertBefore(link, last.querySelector("button"));
}

/** @param {Decision} [decision] */
async function takeBack(decision = decisions.at(-1)) {
  if (!decision || !decisions.includes(decision)) return;
  decisions.splice(decisions.indexOf(decision), 1);
  bringBack(decision);
  returning.add(decision.id);
  focus(decision.row);
  say(`Возвращено: ${decision.said.slice(decision.said.indexOf("«"))}`);
  // Said after what is on its way, and before whatever is decided of it next; the message it became is closed by it, so
  // that another take is another request.
  const key = /** @type {HTMLInputElement | null} */ (decision.row.querySelector("[data-take] [name=key]"));
  if (key) key.value = `${decision.id}-${Date.now()}-${Math.random().toString(36).slice(2)}`;
  // What was refused somebody else has decided, and it is theirs to take back.
  const restored = decision.done.then((done) => (done ? send(`/candidates/${decision.id}/restore`, new URLSearchParams()) : null));
  before.set(decision.id, restored);
  const told = await restored;
  returning.delete(decision.id);
  if (!told || told.ok) return;
  refuse(told.detail);
  decision.row.remove();
  gone.add(decision.id);
  count(-1);
}

/** What the address asks for, without its place. */
function asked() {
  const query = new URLSearchParams(location.search);
  query.delete("cursor");
  return query;
}

/** The rows of such a question; null where they cannot be had now. @param {URLSearchParams} query */
async function rowsOn(query) {
  try {
    const answer = await ask(`/candidates/rows?${query}`);
    if (!answer.ok) return null;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return /** @type {HTMLElement | null} */ (page.querySelector("[data-rows-of-feed]"));
  } catch {
    return null; // the connection's own bar says so
  }
}

let asking = false;

/** Ask for the next rows before these are gone through. */
async function more() {
  const rows = list();
  const older = rows?.dataset.older;
  if (!rows || !older || asking || rows.children.length > AHEAD) return;
  asking = true;
  try {
    const query = asked();
    query.set("cursor", older);
    const found = await rowsOn(query);
    if (!found) return; // the next decision asks again
    rows.dataset.older = found.dataset.older ?? "";
    const held = current();
    for (const row of rowsOf(found)) if (!gone.has(row.dataset.found ?? "") && !document.getElementById(row.id)) rows.append(row);
    if (!rows.dataset.older) document.querySelector("[data-feed-older]")?.remove();
    if (!held && document.activeElement === document.body && decisions.length) focus(rows.firstElementChild);
    show(Number(found.dataset.new ?? 0));
  } finally {
    asking = false;
  }
}

/** @type {HTMLElement[]} */
let held = [];

/** Put new rows on top without moving what is under the eye. @param {HTMLElement[]} rows */
function put(rows) {
  const there = list();
  if (!there || !rows.length) return;
  const anchor = current() ?? (scrollY > 0 ? rowsOf(there).find((row) => row.getBoundingClientRect().top >= 48) : null);
  const before = anchor?.getBoundingClientRect().top ?? 0;
  there.prepend(...rows);
  if (anchor) scrollBy(0, anchor.getBoundingClientRect().top - before);
}

/** @param {number} amount */
function offer(amount) {
  const button = /** @type {HTMLButtonElement | null} */ (document.querySelector("[data-feed-fresh]"));
  if (!button) return;
  button.hidden = amount === 0;
  button.textContent = `Показать ${amount} ${amount % 10 === 1 && amount % 100 !== 11 ? "новое" : "новых"}`;
}

let renewing = false;
let once = false;

/** New rows, and those of which others have decided. */
async function renew() {
  if (renewing) {
    once = true;
    return;
  }
  renewing = true;
  try {
    const rows = list();
    if (!rows) return;
    const known = [...rowsOf(rows), ...held].map((row) => Number(row.dataset.found)).concat([...gone].map(Number));
    const query = asked();
    query.set("after", String(known.length ? Math.max(...known) : 0));
    const own = new Set([...gone, ...returning]);
    const found = await rowsOn(query);
    if (!found) return;
    for (const id of (found.dataset.decided ?? "").split(" ")) if (!own.has(id)) leave(id);
    held = [...rowsOf(found).filter((row) => !gone.has(row.dataset.found ?? "") && !document.getElementById(row.id)), ...held];
    if (performance.now() - movedAt > HAND_RESTS) {
      put(held);
      held = [];
    }
    offer(held.length);
    show(Number(found.dataset.new ?? 0));
    suggest(rows);
  } finally {
    renewing = false;
    if (once) {
      once = false;
      renew();
    }
  }
}

/** Rows that came before anything was suggested of them are looked at once more. @param {HTMLElement} rows */
async function suggest(rows) {
  const bare = rowsOf(rows).slice(0, 20).filter((row) => !row.querySelector(".chips") && !row.dataset.asked);
  const first = bare[0];
  if (!first) return;
  for (const row of bare) row.dataset.asked = "1";
  const query = asked();
  query.set("after", String(Math.min(...bare.map((row) => Number(row.dataset.found))) - 1));
  const found = await rowsOn(query);
  for (const row of bare) {
    if (!found) delete row.dataset.asked; // the next renewal asks again
    const chips = found?.querySelector(`[data-found="${row.dataset.found}"] .chips`);
    if (chips && row.isConnected && !row.querySelector(".chips")) row.querySelector(".thought")?.prepend(chips);
  }
}

/** Somebody else has decided of it. @param {string} id */
function leave(id) {
  if (!id || gone.has(id)) return;
  held = held.filter((row) => row.dataset.found !== id);
  const row = document.getElementById(`candidate-${id}`);
  if (!row) return;
  gone.add(id);
  if (!row.contains(document.activeElement)) {
    row.remove();
    return;
  }
  // Not from under somebody's hand: it goes as soon as they go on.
  row.classList.add("decided-elsewhere");
  row.querySelector(".acts")?.replaceChildren("Решение уже принял другой куратор.");
  row.addEventListener("focusout", () => setTimeout(() => { if (!row.contains(document.activeElement)) row.remove(); }));
}

/** @param {KeyboardEvent} event */
function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.repeat || isTyping(event.target) || !isOn()) return;
  if (document.querySelector("dialog[open], [popover]:popover-open")) return;
  const row = current();
  const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
  const why = digit ? document.querySelectorAll("[data-reason]")[Number(digit[1]) - 1] : null;
  if (event.code === "KeyZ") takeBack();
  else if (event.code === "KeyA") /** @type {HTMLFormElement | null | undefined} */ (row?.querySelector("[data-author-reply]"))?.requestSubmit();
  else if (event.code !== "KeyT" && !(why instanceof HTMLElement)) return;
  else if (!row) focus(list()?.firstElementChild);
  else if (event.code === "KeyT") decide(row, "take", "");
  else decide(row, "dismiss", why instanceof HTMLElement ? why.dataset.reason ?? "" : "");
  event.preventDefault();
  event.stopPropagation();
}

/** Begin, where the page has a feed. */
export function readFeed() {
  const part = feed();
  if (!part) return;
  document.addEventListener("keydown", press);
  part.addEventListener("live", renew);
  part.addEventListener("submit", (event) => {
    const form = event.target instanceof HTMLFormElement ? event.target : null;
    const row = /** @type {HTMLElement | null | undefined} */ (form?.closest("[data-found]"));
    // The author's reply goes on to its message, as every form does.
    if (!form || !row || !form.matches("[data-take], [data-dismiss]")) return;
    event.preventDefault();
    event.stopPropagation();
    row.querySelector("a")?.focus({ preventScroll: true });
    if (form.matches("[data-take]")) decide(row, "take", "");
    else if (form.matches("[data-dismiss]")) decide(row, "dismiss", String(new FormData(form).get("reason") ?? ""));
  });
  part.addEventListener("pointermove", () => { movedAt = performance.now(); });
  document.querySelector("[data-feed-fresh]")?.addEventListener("click", () => {
    put(held);
    held = [];
    offer(0);
    focus(list()?.firstElementChild);
  });
  document.addEventListener("focusin", () => more());
  // Whoever leaves the page has decided: what still waits for its turn goes now, and outlives the page.
  addEventListener("pagehide", () => {
    for (const go of waiting.splice(0)) go();
  });
  more();
}
