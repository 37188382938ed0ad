// What is folded away is printed too: browsers that do not know `::details-content` get it opened for the while.

/** Begin: everything folded on the page opens before it is printed, and folds again. */
export function printWhole() {
  /** @type {HTMLDetailsElement[]} */
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [.../** @type {NodeListOf<HTMLDetailsElement>} */ (document.querySelectorAll("main details:not([open])"))].filter((item) => !item.closest(".no-print, form"));
    for (const item of opened) item.open = true;
  });
  addEventListener("afterprint", () => {
    for (const item of opened) item.open = false;
    opened = [];
  });
}
