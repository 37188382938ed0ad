// A list's filter acts on change: the list is asked for with what has been chosen, and the focus stays in the field.
// A filter that fills the screen waits for its button. Without scripts there is that button alone.

const AFTER = 400; // milliseconds: by keys one passes through values that are not meant
const FIELD = "otklik-filtered-by";

/** Begin to filter lists as fields change. */
export function filtering() {
  /** @type {HTMLFormElement | null} */
  const form = document.querySelector("form[data-filters]");
  if (!form) return;
  /** @type {number | undefined} */
  let soon;
  form.addEventListener("change", ({ target }) => {
    if (!(target instanceof HTMLElement) || form.querySelector(":popover-open")) return;
    if (target instanceof HTMLInputElement && target.type === "search") return;
    clearTimeout(soon);
    soon = setTimeout(() => {
      sessionStorage.setItem(FIELD, target.id);
      form.requestSubmit();
    }, AFTER);
  });
  form.addEventListener("submit", () => clearTimeout(soon));
  const changed = sessionStorage.getItem(FIELD);
  sessionStorage.removeItem(FIELD);
  if (changed && document.activeElement === document.body) document.getElementById(changed)?.focus();
}
