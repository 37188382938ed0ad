// Hears what has changed, and lets the parts of the page that show it renew themselves.
//
// A part says by `data-live` what it shows: "message:12", "queue", "notices"; it is sent `live`, for htmx to renew it.
// The changes of one command come together, and renew it once. A part that shows everybody's work says by `data-pace`
// how many milliseconds it lies between two renewals. One that takes the server long is renewed the more rarely, and one
// that nobody looks at when somebody does; but for the queue and notices, whose number is in the title.

import { ask } from "./asking.js";
import { versions } from "./rows.js";

// In milliseconds.
const BROKEN_AFTER = 5000;
const AGAIN_AFTER = 2000;
const TOGETHER = 100;
const REST = 1; // times what the last renewal took
const stream = "/events";
const WORKER = new URL("./live_worker.js", import.meta.url);

/** @typedef {{message: number, queue: boolean, told: boolean}} Change */

/** @param {Change} change */
function concerned(change) {
  // No message's number: the feed of candidates.
  if (change.message === 0) return ["candidates", "bar"];
  const names = [`message:${change.message}`, "messages"];
  if (change.queue) names.push("queue");
  if (change.told) names.push("notices");
  if (change.queue || change.told) names.push("bar");
  return names;
}

/** When a part may be renewed again, by the clock of `performance`. @type {WeakMap<Element, number>} */
const rested = new WeakMap();
/** Parts whose renewal has its moment. @type {WeakSet<Element>} */
const planned = new WeakSet();
/** Parts that are to be renewed when somebody looks. @type {Set<Element>} */
const unseen = new Set();

/** @param {Element} part */
function plan(part) {
  if (planned.has(part)) return;
  const always = part.matches("[data-live~=queue], [data-live~=notices]");
  if (document.hidden && !always) {
    unseen.add(part);
    return;
  }
  const pace = Number(part.getAttribute("data-pace") ?? 0);
  const wait = Math.max(TOGETHER, (rested.get(part) ?? 0) - performance.now());
  planned.add(part);
  setTimeout(
    () => {
      planned.delete(part);
      rested.set(part, performance.now() + pace);
      part.dispatchEvent(new CustomEvent("live"));
    },
    // Pages of many people that show the same do not ask all at once.
    wait + Math.random() * pace * 0.2,
  );
}

function rest() {
  /** @type {WeakMap<Element, number>} */
  const asked = new WeakMap();
  /** By which the server knows what a part shows, if it has said so. @type {WeakMap<Element, string>} */
  const shown = new WeakMap();
  document.addEventListener("htmx:before:request", (event) => {
    const { target } = event;
    if (!(target instanceof Element)) return;
    asked.set(target, performance.now());
    if (!target.matches("[data-live]")) return;
    const { headers } = /** @type {CustomEvent} */ (event).detail.ctx.request;
    headers["Otklik-Shown"] = versions(target);
    const etag = shown.get(target);
    if (etag) headers["If-None-Match"] = etag;
  });
  document.addEventListener("htmx:after:request", (event) => {
    const { target } = event;
    const answer = /** @type {CustomEvent} */ (event).detail.ctx.response?.raw;
    if (!(target instanceof Element) || !answer?.ok) return;
    shown.set(target, answer.headers.get("etag") ?? "");
  });
  document.addEventListener("htmx:finally:request", ({ target }) => {
    if (!(target instanceof Element)) return;
    const now = performance.now();
    const took = now - (asked.get(target) ?? now);
    rested.set(target, Math.max(rested.get(target) ?? 0, now + REST * took));
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    const parts = [...unseen];
    unseen.clear();
    for (const part of parts) plan(part);
  });
}

/** @param {string[] | null} names null: whatever there is */
function renew(names) {
  for (const part of document.querySelectorAll("[data-live]")) {
    const shows = (part.getAttribute("data-live") ?? "").split(" ");
    if (names === null || shows.some((name) => names.includes(name))) plan(part);
  }
}

/** @type {number | undefined} */
let broken;
let since = "";
/** Whether there was no stream for a while, though the connection is there. */
let missed = false;

/** @param {boolean} connected */
function connection(connected) {
  const bar = document.getElementById("connection");
  if (connected) {
    clearTimeout(broken);
    if (since || missed) renew(null);
    since = "";
    missed = false;
    if (bar) bar.hidden = true;
    return;
  }
  // Each try to open it again fails too; the time runs from the first.
  if (since) return;
  since = new Date().toLocaleTimeString("ru-RU", { hour: "2-digit", minute: "2-digit" });
  broken = setTimeout(() => {
    if (!bar) return;
    bar.textContent = `Нет связи с ${since}, текст сохранён`;
    bar.hidden = false;
  }, BROKEN_AFTER);
}

/** @param {{kind: string, data?: Change, rings?: boolean}} said */
function hear(said) {
  if (said.kind === "change" && said.data) {
    renew(concerned(said.data));
    if (said.data.told) document.dispatchEvent(new CustomEvent("otklik:told", { detail: { rings: said.rings ?? true } }));
  } else if (said.kind === "open") {
    connection(true);
    hearMissed();
    document.dispatchEvent(new CustomEvent("otklik:connected"));
  } else if (said.kind === "closed") connection(false);
  else if (said.kind === "later") missed = true;
  else if (said.kind === "signed-out") document.dispatchEvent(new CustomEvent("otklik:signed-out"));
}

let heardMissed = false;

/** What changed after the page was made and before it heard of anything. */
async function hearMissed() {
  const { mark } = document.body.dataset;
  if (heardMissed || !mark) return;
  heardMissed = true;
  try {
    const answer = await ask(`${stream}/missed?after=${encodeURIComponent(mark)}`);
    const missed = answer.ok ? await answer.json() : null;
    if (missed === null) renew(null);
    else for (const data of missed) hear({ kind: "change", data, rings: false });
  } catch {
    // The connection has gone, and what shows what has changed is renewed once it is back.
  }
}

/** Say to the stream that somebody is here, who it is, and that it is to be open. */
let here = () => {};

/** Begin to listen; all pages of a browser share one stream where it can be shared. */
export function listen() {
  const person = document.body.dataset.signedIn;
  // Whose sign-in lacks something hears nothing yet.
  if (!person || "incomplete" in document.body.dataset) return;
  rest();
  if (typeof SharedWorker !== "undefined") {
    /** @type {SharedWorker} */
    let worker;
    const say = (/** @type {string} */ kind) => worker.port.postMessage({ kind, person });
    here = () => say("here");
    const share = () => {
      worker = new SharedWorker(WORKER, { type: "module", name: "otklik" });
      worker.port.onmessage = (event) => hear(event.data);
      worker.port.start();
      worker.onerror = () => {
        // Its script could not be had: the server has gone since the page was made.
        connection(false);
        setTimeout(share, AGAIN_AFTER);
      };
      here();
    };
    share();
    addEventListener("pagehide", () => say("bye"));
    addEventListener("pageshow", (event) => {
      if (!event.persisted) return;
      // Out of the browser's memory comes what the page was when it was left.
      heardMissed = false;
      here();
    });
    for (const kind of ["focus", "pointerdown"]) addEventListener(kind, () => say("used"));
  } else {
    import("./stream.js").then(({ follow }) => { here = follow(stream, hear); });
  }
  addEventListener("offline", () => connection(false));
  addEventListener("online", () => here());
  document.addEventListener("otklik:signed-in", () => {
    here();
    renew(null);
  });
}
