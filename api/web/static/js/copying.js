// A button that copies the text of another element: `data-copy` is its id, what is said of it goes to `<id>-copied`.

/** @param {HTMLElement} button */
async function copy(button) {
  const from = document.getElementById(button.dataset.copy ?? "");
  const said = document.getElementById(`${button.dataset.copy}-copied`);
  if (!from) return;
  let copied = false;
  try {
    await navigator.clipboard.writeText(from.textContent ?? "");
    copied = true;
  } catch {
    // An inner host without TLS has no clipboard: what is selected can still be copied.
    getSelection()?.selectAllChildren(from);
    copied = document.execCommand("copy");
  }
  if (said) said.textContent = copied ? "Скопировано" : "Текст выделен: нажмите Ctrl+C";
}

const show = () => document.querySelectorAll("[data-copy]").forEach((button) => button.removeAttribute("hidden"));

/** Begin to copy, on whatever page there is something to copy. */
export function copying() {
  show();
  document.addEventListener("htmx:after:swap", show);
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-copy]") : null;
    if (button) copy(/** @type {HTMLElement} */ (button));
  });
}
