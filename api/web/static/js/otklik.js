// What every page has: the time left ticks, a password can be seen.
import { deciding } from "./deciding.js";
import { keepTyped } from "./kept_text.js";
import { holdRows } from "./fresh_rows.js";
import { listenToKeys } from "./keys.js";
import { listen } from "./live.js";
import { enhanceAll } from "./picker.js";
import { registering } from "./register.js";
import { helpRouting } from "./routing.js";
import { askUntilApplied } from "./taken.js";
import { tick } from "./time_left.js";
import { beginWriting } from "./writing.js";

tick();
listen();
listenToKeys();
holdRows();
enhanceAll(document);
registering();
deciding();
keepTyped();
askUntilApplied();
helpRouting();
beginWriting();
document.addEventListener("htmx:after:swap", () => enhanceAll(document));

for (const button of document.querySelectorAll("[data-reveal]")) {
  const field = /** @type {HTMLInputElement} */ (document.getElementById(button.getAttribute("data-reveal") ?? ""));
  button.removeAttribute("hidden");
  button.addEventListener("click", () => {
    const shown = field.type === "text";
    field.type = shown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!shown));
    button.textContent = shown ? "Показать" : "Скрыть";
  });
}

for (const sheet of document.querySelectorAll("[popover][data-open]")) /** @type {HTMLElement} */ (sheet).showPopover();
document.querySelector("[aria-invalid], [role=alert]")?.scrollIntoView({ block: "center" });

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
