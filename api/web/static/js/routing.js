// Beside the routing form: what would be due by what is typed so far, and earlier messages that it may repeat.

import { ask } from "./asking.js";
import { isOn, isTyping } from "./keys.js";

const PAUSE = 300; // milliseconds, after a key

/** @returns {HTMLFormElement | null} */
const routing = () => document.querySelector('form[data-command="route"]');

/** Ask for a part again; one that cannot be had now stays as it is. @param {string} name @param {string[]} fields */
async function renew(name, fields) {
  const part = document.querySelector(`[data-${name}]`);
  const form = routing();
  if (!part || !form) return;
  const content = new FormData(form);
  const asked = new URLSearchParams();
  for (const field of fields) {
    const value = content.getAll(field).filter(Boolean).join(",");
    if (value) asked.append(field, value);
  }
  const query = asked.toString();
  if (part.getAttribute("data-asked") === query) return;
  part.setAttribute("data-asked", query);
  try {
    const answer = await ask(`${part.getAttribute(`data-${name}`)}?${query}`, { headers: { Accept: "text/html" } });
    if (!answer.ok || part.getAttribute("data-asked") !== query) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    part.replaceChildren(...fresh.body.childNodes);
  } catch {
    part.removeAttribute("data-asked");
  }
}

function renewAll() {
  renew("forecast", ["importance", "reduced_term", "bodies"]);
  renew("similar", ["topic", "location"]);
}

/** @param {string} number */
function repeat(number) {
  const field = /** @type {HTMLInputElement | null | undefined} */ (routing()?.querySelector('[name="repeats"]'));
  if (!field) return;
  field.value = number;
  field.focus();
  field.scrollIntoView({ block: "center" });
}

/** Fill a field with what is suggested for it. @param {string} name @param {string} value */
function fill(name, value) {
  const field = routing()?.elements.namedItem(name);
  if (field instanceof HTMLSelectElement) field.dispatchEvent(new CustomEvent("suggested", { detail: value }));
  else if (field instanceof HTMLInputElement) {
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

/** A digit takes the suggestion that shows it. @param {KeyboardEvent} event */
function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.repeat) return;
  if (isTyping(event.target) || !isOn() || document.querySelector("dialog[open], [popover]:popover-open")) return;
  const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
  const suggestion = digit && /** @type {HTMLElement | null} */ (document.querySelector(`[data-digit="${digit[1]}"]`));
  if (!suggestion) return;
  suggestion.click();
  event.preventDefault();
}

/** Begin to follow what is typed. */
export function helpRouting() {
  /** @type {number | undefined} */
  let waiting;
  for (const kind of ["input", "change"]) {
    document.addEventListener(kind, (event) => {
      if (!(event.target instanceof Element) || event.target.closest("form") !== routing()) return;
      clearTimeout(waiting);
      waiting = setTimeout(renewAll, kind === "change" ? 0 : PAUSE);
    });
  }
  document.addEventListener("keydown", press);
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-repeats], [data-suggested]") : null;
    const name = button?.getAttribute("data-suggested");
    if (name) fill(name, button?.getAttribute("value") ?? "");
    else if (button) repeat(button.getAttribute("data-repeats") ?? "");
  });
}
