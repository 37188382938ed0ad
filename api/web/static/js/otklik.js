// What every page has: the time left ticks, a password can be seen.
import { goAmong } from "./among.js";
import { openClauses } from "./clauses.js";
import { copying } from "./copying.js";
import { deciding } from "./deciding.js";
import { keepTyped } from "./kept_text.js";
import { filtering } from "./filtering.js";
import { holdRows } from "./fresh_rows.js";
import { readFeed } from "./feed.js";
import { listenToKeys } from "./keys.js";
import { listen } from "./live.js";
import { tellNews } from "./news.js";
import { enhanceAll } from "./picker.js";
import { previewRows } from "./preview.js";
import { printWhole } from "./printing.js";
import { registering } from "./register.js";
import { sendFromHere } from "./sending.js";
import { watchSignIn } from "./signed_out.js";
import { helpRouting } from "./routing.js";
import { askUntilApplied } from "./taken.js";
import { runOwnClock } from "./own_clock.js";
import { tick } from "./time_left.js";
import { beginWriting } from "./writing.js";

tick();
runOwnClock();
watchSignIn();
listen();
sendFromHere();
tellNews();
listenToKeys();
openClauses();
holdRows();
filtering();
enhanceAll(document);
registering();
deciding();
copying();
keepTyped();
askUntilApplied();
helpRouting();
beginWriting();
readFeed();
printWhole();
previewRows();
goAmong();
document.addEventListener("htmx:after:swap", () => enhanceAll(document));
// A file that was waited for comes by itself, once.
document.addEventListener("htmx:after:swap", () => {
  const file = document.querySelector("a[data-begins]");
  file?.removeAttribute("data-begins");
  if (file instanceof HTMLElement) file.click();
});

const again = document.querySelector("[data-again]");
if (again) setTimeout(() => location.reload(), Number(again.getAttribute("data-again")) * 1000);

for (const button of document.querySelectorAll("[data-reveal]")) button.removeAttribute("hidden");
document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-reveal]") : null;
  if (!button) return;
  const field = /** @type {HTMLInputElement} */ (document.getElementById(button.getAttribute("data-reveal") ?? ""));
  const shown = field.type === "text";
  field.type = shown ? "password" : "text";
  button.setAttribute("aria-pressed", String(!shown));
});

for (const sheet of document.querySelectorAll("[popover][data-open]")) /** @type {HTMLElement} */ (sheet).showPopover();
document.querySelector("[aria-invalid], [role=alert]")?.scrollIntoView({ block: "center" });

// The focus is where the hand goes next: on what is to be put right, else on what is to be done, never on the body.
if (document.activeElement === document.body && !location.hash) {
  const [next] = ["main [aria-invalid]", "main [data-focus]", "main"].map((place) => document.querySelector(place)).filter(Boolean);
  /** @type {HTMLElement | undefined} */ (next)?.focus({ preventScroll: true });
}

// In a sheet the hand goes on with its first field.
document.addEventListener("toggle", (event) => {
  const { target, newState } = /** @type {ToggleEvent} */ (event);
  if (newState !== "open" || !(target instanceof HTMLElement) || !target.matches(".sheet")) return;
  /** @type {HTMLElement | null} */ (target.querySelector('form :is(input:not([type="hidden"]), select, textarea)'))?.focus();
}, true);

// Ctrl+Enter sends the form one is in; outside of a form, what the page is for.
document.addEventListener("keydown", (event) => {
  if (event.code !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const inside = event.target instanceof Element ? event.target.closest("form") : null;
  const form = inside ?? document.querySelector("button[data-main]")?.closest("form");
  if (form) {
    event.preventDefault();
    /** @type {HTMLFormElement} */ (form).requestSubmit(form.querySelector("button:not([type=button])"));
  }
});
