// Keeps what is typed into the forms of a message: at once in this browser, after a pause on the server.
//
// What the server has is not kept here any more. Where it has another version than the one that was written over,
// both are offered, and nothing is decided for whoever writes.
import { ask } from "./asking.js";

const PAUSE = 3000;
const AGAIN = 10000;
const PREFIX = "otklik-unsent:";
const KEPT = 7 * 24 * 3600 * 1000;
const NOT_KEPT = ["key", "subject", "template"];

/** @typedef {Record<string, string[]>} Fields */
/** @typedef {{fields: Fields, key: string, over: string | null, at: number}} Kept */
/** @typedef {{saved_at?: string, clock?: string, fields?: Fields, given?: boolean}} Answer */

/** @type {WeakSet<HTMLFormElement>} */
const watched = new WeakSet();

/** @param {HTMLFormElement} form @returns {Fields} */
function read(form) {
  /** @type {Fields} */
  const fields = {};
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && !NOT_KEPT.includes(name)) (fields[name] ??= []).push(value.replaceAll("\r\n", "\n"));
  }
  return fields;
}

/** @param {HTMLFormElement} form @param {Fields} fields */
function write(form, fields) {
  /** How many fields of a name have been met: of several, each has a value of its own. @type {Record<string, number>} */
  const written = {};
  for (const field of form.querySelectorAll("textarea, input, select")) {
    const place = /** @type {HTMLTextAreaElement | HTMLInputElement | HTMLSelectElement} */ (field);
    const value = fields[place.name]?.[(written[place.name] = (written[place.name] ?? -1) + 1)];
    if (value === undefined || NOT_KEPT.includes(place.name) || ["file", "hidden", "checkbox"].includes(place.type)) continue;
    if (place.value === value) continue;
    place.value = value;
    place.dispatchEvent(new Event("input", { bubbles: true }));
  }
  form.dispatchEvent(new CustomEvent("otklik:written", { detail: fields }));
}

/** @param {Fields} one @param {Fields} other */
const same = (one, other) => JSON.stringify(one, Object.keys(one).sort()) === JSON.stringify(other, Object.keys(other).sort());

/** @param {string} name @returns {Kept | null} */
function kept(name) {
  try {
    const found = JSON.parse(localStorage.getItem(name) ?? "null");
    if (found && Date.now() - found.at > KEPT) {
      localStorage.removeItem(name);
      return null;
    }
    return found;
  } catch {
    return null;
  }
}

/** @param {string} name @param {Kept} what */
function keep(name, what) {
  try {
    localStorage.setItem(name, JSON.stringify(what));
  } catch {
    // A browser that keeps nothing: the server does, a moment later.
  }
}

/** @param {string} action @param {Kept} what @param {RequestInit} [how] @returns {Promise<[number, Answer]>} */
async function send(action, what, how) {
  const { key, fields, over } = what;
  const address = action.replace(/\/([a-z_]+)$/, "/unsent/$1");
  const body = JSON.stringify({ key, fields, over });
  const answer = await ask(address, { method: "POST", body, headers: { "Content-Type": "application/json" }, ...how });
  const isOurs = answer.headers.get("content-type")?.startsWith("application/json");
  return [answer.status, isOurs ? await answer.json() : {}];
}

/** @param {Fields} fields */
const words = (fields) => Object.values(fields).flat().filter((text) => text.includes(" ")).join("\n\n");

/** @param {HTMLFormElement} form */
function watch(form) {
  const action = form.getAttribute("action") ?? "";
  const name = `${PREFIX}${form.dataset.person}:${action}`;
  const place = form.querySelector(".keeping");
  const said = form.querySelector(".saved");
  let over = form.dataset.saved ?? null;
  let fields = read(form);
  /** @type {number | undefined} */
  let waiting;
  let sent = false;
  let failed = false;
  let sending = new AbortController();

  const key = () => /** @type {HTMLInputElement} */ (form.elements.namedItem("key")).value;
  const current = () => ({ fields: read(form), key: key(), over, at: Date.now() });
  /** @param {string} text */
  const say = (text) => { if (said) said.textContent = text; };

  /** @param {Answer} answer @param {Kept} what */
  function saved(answer, what) {
    over = answer.saved_at ?? null;
    if (same(read(form), what.fields)) localStorage.removeItem(name);
    say(`Сохранено в ${answer.clock}`);
  }

  async function save() {
    clearTimeout(waiting);
    if (sent || place?.querySelector("[data-offered]")) return;
    const what = current();
    try {
      const [status, answer] = await send(action, what, { signal: sending.signal });
      failed = status === 401 || status >= 500;
      if (answer.given) localStorage.removeItem(name);
      else if (status === 200) saved(answer, what);
      else if (status === 409 && "title" in answer) say(String(/** @type {any} */ (answer).detail));
      else if (status === 409) offer(answer, what.fields);
      else throw new Error(String(status));
    } catch {
      if (sent) return;
      failed = true;
      say("На сервере пока не сохранено, текст сохранён в этом браузере");
      waiting = setTimeout(save, AGAIN);
    }
  }

  function typed() {
    const now = read(form);
    if (same(now, fields)) return;
    fields = now;
    keep(name, current());
    clearTimeout(waiting);
    waiting = setTimeout(save, PAUSE);
  }

  /** @param {string} text @param {() => void} act */
  function button(text, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.addEventListener("click", act);
    return made;
  }

  /** Another version is on the server, or none any more; `mine` is what this browser has. @param {Answer} there @param {Fields} mine */
  function offer(there, mine) {
    if (!place) return;
    const box = document.createElement("div");
    box.dataset.offered = "";
    box.className = "offered";
    box.setAttribute("role", "group");
    const text = document.createElement("p");
    const more = document.createElement("details");
    const summary = document.createElement("summary");
    const other = document.createElement("div");
    const shown = same(read(form), mine);
    text.textContent = there.saved_at
      ? `На сервере другой текст, он сохранён в ${there.clock}. Оба сохранены, выберите нужный.`
      : "Этот текст остался в браузере; на сервере его уже нет: его отправили или удалили.";
    box.setAttribute("aria-label", "Два текста");
    summary.textContent = shown && there.fields ? "Текст с сервера" : "Текст из этого браузера";
    other.textContent = words(shown && there.fields ? there.fields : mine);
    other.className = "text kept-lines";
    more.append(summary, other);
    const take = (/** @type {Fields} */ chosen) => {
      box.remove();
      over = there.saved_at ?? null;
      write(form, chosen);
      fields = read(form);
      keep(name, current());
      save();
    };
    box.append(text, more, button("Взять текст из этого браузера", () => take(mine)));
    if (there.fields) box.append(button("Взять текст с сервера", () => take(/** @type {Fields} */ (there.fields))));
    else box.append(button("Убрать", () => { box.remove(); localStorage.removeItem(name); }));
    place.append(box);
    say("");
  }

  async function restore() {
    const mine = kept(name);
    if (!mine) return;
    if (same(mine.fields, read(form)) || form.querySelector("[role=alert]")) {
      localStorage.removeItem(name);
      if (form.querySelector("[role=alert]")) save();
      return;
    }
    try {
      const [status, answer] = await send(action, mine);
      if (answer.given) localStorage.removeItem(name);
      else if (status === 200) {
        over = answer.saved_at ?? null;
        write(form, mine.fields);
        fields = read(form);
        saved(answer, mine);
      } else if (status === 409) offer(answer, mine.fields);
      else throw new Error(String(status));
    } catch {
      offer({}, mine.fields);
    }
  }

  form.addEventListener("input", typed);
  form.addEventListener("change", typed);
  form.addEventListener("submit", () => {
    // What is sent and refused comes back in the form; what never arrived is still here.
    sent = true;
    clearTimeout(waiting);
    sending.abort();
    sending = new AbortController();
    if (kept(name) || !same(read(form), fields)) keep(name, current());
  });
  const goesOn = () => {
    sent = false;
    if (kept(name)) waiting = setTimeout(save, PAUSE);
  };
  form.addEventListener("otklik:not-sent", goesOn);
  for (const again of ["otklik:signed-in", "otklik:connected"]) {
    document.addEventListener(again, () => { if (form.isConnected && failed && !sent && kept(name)) save(); });
  }
  addEventListener("pageshow", (event) => { if (event.persisted) goesOn(); });
  addEventListener("pagehide", () => {
    const left = kept(name);
    if (!sent && left) send(action, left, { keepalive: true }).catch(() => undefined);
  });
  restore();
}

/** Begin to keep what is typed into the forms that are on the page now. */
export function keepUnsent() {
  for (const form of document.querySelectorAll("form[data-person]")) {
    const found = /** @type {HTMLFormElement} */ (form);
    if (watched.has(found) || !found.querySelector("textarea")) continue;
    watched.add(found);
    watch(found);
  }
}

/** What was sent from here and is not a form of this page any more is forgotten, once the server says it was given. */
export async function forgetSent() {
  const here = `:${location.pathname}/`;
  const shown = new Set([...document.querySelectorAll("form[data-person]")].map((form) => form.getAttribute("action")));
  for (const name of Object.keys(localStorage)) {
    const action = name.slice(name.lastIndexOf(":") + 1);
    if (!name.startsWith(PREFIX) || !name.includes(here) || shown.has(action)) continue;
    const what = kept(name);
    const mine = document.querySelector("[data-viewer]")?.getAttribute("data-viewer");
    if (!what || name !== `${PREFIX}${mine}:${action}`) continue;
    try {
      const [status, answer] = await send(action, what);
      if (answer.given || status === 200) localStorage.removeItem(name);
    } catch {
      // Another time.
    }
  }
}
