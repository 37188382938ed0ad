// Deciding by keys: 1 to 9 take a ready remark and put it back, R goes on in one's own words, Alt+R sends back: two keys,
// for it costs the other an hour. Approving is what the page is for: Ctrl+Enter.
import { isOn, isTyping } from "./keys.js";

const comment = () => /** @type {HTMLTextAreaElement | null} */ (document.querySelector('[data-deciding] [name="comment"]'));

/** @param {HTMLTextAreaElement} field */
const remarks = (field) => field.value.split("\n").map((line) => line.trim()).filter(Boolean);

/** Take a remark, or put one back that was taken. @param {string} reason */
function toggle(reason) {
  const field = comment();
  if (!field) return;
  const said = remarks(field);
  field.value = (said.includes(reason) ? said.filter((line) => line !== reason) : [...said, reason]).join("\n");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Show which remarks are taken. */
function show() {
  const field = comment();
  const said = field ? remarks(field) : [];
  for (const button of document.querySelectorAll("[data-ready]")) {
    const remark = button.getAttribute("data-ready") ?? "";
    button.setAttribute("aria-pressed", String(said.includes(remark)));
  }
}

/** @param {KeyboardEvent} event */
function press(event) {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.repeat || !isOn()) return;
  if (document.querySelector("dialog[open], [popover]:popover-open")) return;
  const field = comment();
  if (!field) return;
  if (event.altKey) {
    if (event.code !== "KeyR") return;
    if (field.value.trim()) field.form?.requestSubmit();
    else field.focus();
  } else {
    if (isTyping(event.target)) return;
    const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
    if (digit) /** @type {HTMLElement | undefined} */ (document.querySelectorAll("[data-ready]")[Number(digit[1]) - 1])?.click();
    else if (event.code === "KeyR") field.focus();
    else return;
  }
  event.preventDefault();
}

/** Begin to listen. */
export function deciding() {
  document.addEventListener("keydown", press);
  document.addEventListener("click", (event) => {
    const ready = event.target instanceof Element ? event.target.closest("[data-ready]") : null;
    if (ready) toggle(ready.getAttribute("data-ready") ?? "");
  });
  document.addEventListener("input", (event) => {
    if (event.target === comment()) show();
  });
  document.addEventListener("htmx:after:swap", show);
  show();
}
