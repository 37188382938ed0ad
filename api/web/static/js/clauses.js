// «п. 11» opens the text of its clause beside itself; where that cannot be had, it leads to the help as a link does.

import { ask } from "./asking.js";

/** @type {Map<string, string>} */
const known = new Map();
const GAP = 4; // px

/** @param {string} number */
async function text(number) {
  const found = known.get(number);
  if (found !== undefined) return found;
  const answer = await ask(`/help/clauses/${number}`);
  if (!answer.ok) throw new Error(String(answer.status));
  const got = await answer.text();
  known.set(number, got);
  return got;
}

/** Under what cites it where there is room, else above, and within the window. @param {HTMLElement} sheet @param {Element} beside */
function place(sheet, beside) {
  const at = beside.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = sheet;
  const under = at.bottom + GAP + height <= innerHeight || at.top < height;
  sheet.style.left = `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`;
  sheet.style.top = `${Math.max(8, under ? Math.min(at.bottom + GAP, innerHeight - height - 8) : at.top - GAP - height)}px`;
}

/** @param {HTMLAnchorElement} cited */
async function show(cited) {
  const sheet = document.getElementById("clause");
  if (!sheet) return;
  try {
    sheet.innerHTML = await text(cited.dataset.clause ?? "");
  } catch {
    location.assign(cited.href);
    return;
  }
  sheet.showPopover();
  place(sheet, cited);
  sheet.focus();
}

/** Begin to open clauses. */
export function openClauses() {
  const of = (/** @type {Event} */ event) =>
    /** @type {HTMLAnchorElement | null} */ (event.target instanceof Element ? event.target.closest("a[data-clause]") : null);
  document.addEventListener("click", (event) => {
    const cited = of(event);
    if (!cited || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(cited);
  });
  document.addEventListener("keydown", (event) => {
    const cited = of(event);
    if (!cited || event.code !== "Space") return;
    event.preventDefault();
    show(cited);
  });
}
