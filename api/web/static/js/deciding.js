// Deciding by keys: 1 to 9 take a ready remark, R sends back. Approving is what the page is for: Ctrl+Enter.
import { isOn, isTyping } from "./keys.js";

const comment = () => /** @type {HTMLTextAreaElement | null} */ (document.querySelector('[data-deciding] [name="comment"]'));

/** @param {string} reason */
function take(reason) {
  const field = comment();
  if (!field) return;
  const before = field.value.trim();
  if (before.includes(reason)) return;
  field.value = before ? `${before}\n${reason}` : reason;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** @param {KeyboardEvent} event */
function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.repeat || isTyping(event.target) || !isOn()) return;
  if (document.querySelector("dialog[open], [popover]:popover-open")) return;
  const field = comment();
  if (!field) return;
  const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
  if (digit) /** @type {HTMLElement | undefined} */ (document.querySelectorAll("[data-ready]")[Number(digit[1]) - 1])?.click();
  else if (event.code === "KeyR" && field.value.trim()) field.form?.requestSubmit();
  else if (event.code === "KeyR") field.focus();
  else return;
  event.preventDefault();
}

/** Begin to listen. */
export function deciding() {
  document.addEventListener("keydown", press);
  document.addEventListener("click", (event) => {
    const ready = event.target instanceof Element ? event.target.closest("[data-ready]") : null;
    if (ready) take(ready.getAttribute("data-ready") ?? "");
  });
}
