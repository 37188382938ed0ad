// Rows of a table never jump under a hand: while the pointer or the focus is in it, what is new waits behind a button.
//
// For tables and lists with `data-rows` in a part that htmx renews; the button has `data-fresh`. Only a pointer that has
// moved counts: one that lies where a page has just opened points at nothing.

import { put, taken } from "./rows.js";

const AFTER_THE_HAND = 400; // milliseconds
const TITLE = /<title>([^<]*)</;

/** The part whose newer content waits, if one does. @type {Element | null} */
let waiting = null;
/** The table the pointer was moved in last, and has not left. @type {Element | null} */
let pointedAt = null;

/** @param {Document | Element} within */
function table(within) {
  return within.querySelector("[data-rows]");
}

/** @param {Element | null} rows */
function isInHand(rows) {
  return rows !== null && (rows === pointedAt || rows.contains(document.activeElement));
}

/** «Показать 3 новых». @param {number} count */
export function words(count) {
  return `Показать ${count} ${count % 10 === 1 && count % 100 !== 11 ? "новое" : "новых"}`;
}

/** @param {Element} part @param {number} count */
function offer(part, count) {
  const button = /** @type {HTMLButtonElement | null} */ (part.querySelector("[data-fresh]"));
  if (!button) return;
  button.textContent = words(count);
  button.hidden = count === 0;
}

/** @param {Event} event */
function renew(event) {
  const { ctx } = /** @type {CustomEvent} */ (event).detail;
  const part = event.target instanceof Element ? event.target : null;
  const rows = part && table(part);
  const body = rows?.querySelector("tbody") ?? rows;
  if (!part || !rows || !body || !ctx.response?.raw.ok) return;
  const newer = taken(ctx.text);
  const before = [...body.children].map((row) => row.id);
  const after = newer.rows.map((row) => row.id);
  if (isInHand(rows) && before.join() !== after.join()) {
    event.preventDefault();
    waiting = part;
    const title = TITLE.exec(ctx.text);
    if (title) document.title = title[1];
    const known = new Set(before);
    offer(part, after.filter((id) => id.startsWith("row-") && !known.has(id)).length);
    return;
  }
  if (after.length === 0) return; // the table is gone
  ctx.text = newer.rest;
  put(body, newer.rows).then((whole) => {
    if (whole) part.dispatchEvent(new CustomEvent("otklik:rows", { bubbles: true }));
  });
}

/** Renew the part that waited. */
function release() {
  const part = waiting;
  waiting = null;
  pointedAt = null;
  part?.dispatchEvent(new CustomEvent("live"));
}

function releaseIfLeft() {
  setTimeout(() => {
    if (waiting && !isInHand(table(waiting))) release();
  }, AFTER_THE_HAND);
}

/** Begin to hold rows still. */
export function holdRows() {
  document.addEventListener("htmx:after:request", renew);
  document.addEventListener("pointermove", (event) => {
    const under = event.target instanceof Element ? event.target.closest("[data-rows], [data-fresh]") : null;
    const rows = under?.matches("[data-fresh]") ? pointedAt : under;
    if (rows === pointedAt) return;
    pointedAt = rows;
    releaseIfLeft();
  });
  document.documentElement.addEventListener("pointerleave", () => {
    pointedAt = null;
    releaseIfLeft();
  });
  document.addEventListener("focusout", releaseIfLeft);
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-fresh]") : null;
    if (!(button instanceof HTMLButtonElement) || !waiting) return;
    button.hidden = true;
    document.getElementById("main")?.focus();
    release();
  });
}
