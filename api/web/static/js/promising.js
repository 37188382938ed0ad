// Promises of a draft: what the text names a day for is proposed while one writes; recorded, mended, or said to be none.
// A proposal has no names: it is not sent before it is recorded.
import { ask } from "./asking.js";

const FIND_AFTER = 1500;
const OWN = ["promise_what", "promise_day", "promise_hour", "promise_fragment"];

/** @typedef {{what: string, day: string, hour: string, fragment: string}} Row */

/** @type {WeakMap<Element, number>} */
const waiting = new WeakMap();
/** @type {WeakSet<Element>} */
const ready = new WeakSet();

/** @param {Element} item @param {string} name */
const input = (item, name) => /** @type {HTMLInputElement} */ (item.querySelector(`[data-name="${name}"]`));

/** @param {Element} item @returns {Row} */
const read = (item) => ({
  what: input(item, "promise_what").value.trim(),
  day: input(item, "promise_day").value,
  hour: input(item, "promise_hour").value,
  fragment: input(item, "promise_fragment").value,
});

/** @param {Element} block */
const items = (block) => /** @type {HTMLElement[]} */ ([...block.querySelectorAll("li.promise")]);

/** @param {Element} block */
const denied = (block) => /** @type {HTMLInputElement[]} */ ([...block.querySelectorAll('[name="promise_denied"]')]);

/** Names make a row a part of the form. @param {HTMLElement} item @param {boolean} recorded */
function mark(item, recorded) {
  item.classList.toggle("recorded", recorded);
  for (const name of OWN) {
    if (recorded) input(item, name).name = name;
    else input(item, name).removeAttribute("name");
  }
}

/** @param {Element} block @param {Row} row @param {boolean} recorded */
function add(block, row, recorded) {
  const template = /** @type {HTMLTemplateElement | null} */ (block.querySelector("template"));
  const made = /** @type {HTMLElement | null | undefined} */ (template?.content.firstElementChild?.cloneNode(true));
  if (!made) return null;
  for (const name of OWN) input(made, name).value = row[/** @type {keyof Row} */ (name.slice(8))];
  mark(made, recorded);
  block.querySelector("ul")?.append(made);
  return made;
}

/** @param {Element} block */
const changed = (block) => block.dispatchEvent(new Event("input", { bubbles: true }));

/** @param {Element} block @param {string} fragment */
function deny(block, fragment) {
  if (!fragment) return;
  const said = document.createElement("input");
  said.type = "hidden";
  said.name = "promise_denied";
  said.value = fragment;
  block.append(said);
}

/** Proposals are those of the text as it is now; what is recorded or denied is not proposed. @param {Element} block @param {Row[]} found */
function propose(block, found) {
  if (block.contains(document.activeElement) && document.activeElement instanceof HTMLInputElement) return;
  const no = new Set(denied(block).map((one) => one.value));
  const kept = items(block).filter((item) => item.classList.contains("recorded")).map(read);
  const isKnown = (/** @type {Row} */ one) => no.has(one.fragment)
    || kept.some((row) => row.fragment === one.fragment || row.what === one.what || (row.day === one.day && row.hour === one.hour));
  const wanted = found.filter((one) => !isKnown(one));
  const shown = items(block).filter((item) => !item.classList.contains("recorded"));
  const same = (/** @type {Row} */ one, /** @type {HTMLElement} */ item) => item.dataset.found === JSON.stringify(one);
  for (const item of shown) if (!wanted.some((one) => same(one, item))) item.remove();
  for (const one of wanted) {
    if (shown.some((item) => same(one, item))) continue;
    const made = add(block, one, false);
    if (made) made.dataset.found = JSON.stringify(one);
  }
}

/** @param {Element} block */
async function find(block) {
  const place = /** @type {HTMLElement} */ (block);
  const field = /** @type {HTMLTextAreaElement | null} */ (document.getElementById(place.dataset.promisesOf ?? ""));
  if (!field?.value.trim()) return propose(block, []);
  try {
    const answer = await ask(place.dataset.promisesAt ?? "", {
      method: "POST", body: JSON.stringify({ text: field.value }), headers: { "Content-Type": "application/json" },
    });
    if (answer.ok) propose(block, (await answer.json()).found);
  } catch {
    // A proposal can wait.
  }
}

/** Look what the text of a field promises, once nobody types in it. @param {HTMLElement} field @param {number} after */
export function findPromises(field, after = FIND_AFTER) {
  for (const block of document.querySelectorAll("[data-promises-of]")) {
    if (/** @type {HTMLElement} */ (block).dataset.promisesOf !== field.id) continue;
    clearTimeout(waiting.get(block));
    waiting.set(block, setTimeout(() => find(block), after));
  }
}

/** @param {Element} block @param {Element} button */
function press(block, button) {
  const item = /** @type {HTMLElement | null} */ (button.closest("li.promise"));
  if (button.hasAttribute("data-add")) {
    const made = add(block, { what: "", day: "", hour: "", fragment: "" }, true);
    if (made) input(made, "promise_what").focus();
    return;
  }
  if (!item) return;
  if (button.hasAttribute("data-record")) {
    mark(item, true);
    input(item, "promise_what").focus();
  } else {
    deny(block, read(item).fragment);
    item.remove();
    document.getElementById(/** @type {HTMLElement} */ (block).dataset.promisesOf ?? "")?.focus();
  }
  changed(block);
}

/** @param {Element} block */
function begin(block) {
  ready.add(block);
  for (const item of items(block)) if (!read(item).what && !read(item).day) item.remove();
  block.querySelector("[data-add]")?.removeAttribute("hidden");
  block.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (button) press(block, button);
  });
  block.closest("form")?.addEventListener("otklik:written", (event) => {
    const fields = /** @type {CustomEvent<Record<string, string[]>>} */ (event).detail;
    for (const item of items(block)) item.remove();
    for (const one of denied(block)) one.remove();
    (fields.promise_what ?? []).forEach((what, place) => add(block, {
      what,
      day: fields.promise_day?.[place] ?? "",
      hour: fields.promise_hour?.[place] ?? "",
      fragment: fields.promise_fragment?.[place] ?? "",
    }, true));
    for (const one of fields.promise_denied ?? []) deny(block, one);
  });
  const field = document.getElementById(/** @type {HTMLElement} */ (block).dataset.promisesOf ?? "");
  if (field) findPromises(field, 0);
}

/** Begin with the forms that are on the page now. */
export function promising() {
  for (const block of document.querySelectorAll("[data-promises-of]")) if (!ready.has(block)) begin(block);
}
