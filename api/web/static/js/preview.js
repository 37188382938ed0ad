// The preview beside the queue, where there is room for it: of the row that has the focus, else of the first.

const ROOM = matchMedia("(width >= 100rem)");
const AT_REST = 120; // milliseconds: whoever runs down the rows reads none of them
let timer = 0;
/** The number of the message that is shown, or on its way. */
let shown = "";

/** @param {Element | null} row */
function number(row) {
  return row?.id.replace("row-", "") ?? "";
}

/** @param {string} message */
async function show(message) {
  const place = document.querySelector("[data-preview]");
  if (!place || !message || !ROOM.matches || shown === message) return;
  shown = message;
  const answer = await fetch(`/queue/${message}`).catch(() => null);
  if (!answer?.ok || shown !== message) return;
  place.innerHTML = await answer.text();
  mark();
}

/** The row that is previewed is seen as chosen. */
function mark() {
  for (const row of document.querySelectorAll(".queue [data-row]")) row.classList.toggle("chosen", number(row) === shown);
}

/** The choice follows the rows: once its own is gone, the first is chosen. */
function follow() {
  const first = document.querySelector(".queue [data-row]");
  if (!document.getElementById(`row-${shown}`)) show(number(first));
  else mark();
}

/** Begin to show what is chosen. */
export function previewRows() {
  if (!document.querySelector("[data-preview]")) return;
  shown = number(document.querySelector(".queue [data-row]"));
  mark();
  document.addEventListener("focusin", (event) => {
    const row = event.target instanceof Element ? event.target.closest(".queue [data-row]") : null;
    if (!row) return;
    clearTimeout(timer);
    timer = window.setTimeout(() => show(number(row)), AT_REST);
  });
  document.addEventListener("click", (event) => {
    const row = event.target instanceof Element && !event.target.closest("a") ? event.target.closest(".queue [data-row]") : null;
    row?.querySelector("a")?.focus();
  });
  document.addEventListener("otklik:rows", follow);
}
