// The rows of a long table, or of a list, that htmx renews: only those that look another way are made again, so that a
// thousand rows take no longer than a keystroke may wait.
//
// The table has `data-rows`, its body `hx-morph-skip-children`; a list has both. Each row has an id, and a `data-version`
// that is another one where the row is. One whose version the server was told of comes back without its content.

/** What a row is: its id, its version, and its HTML. @typedef {{id: string, version: string, html: string}} Row */

const EMPTY = /"><\/(tr|li)>$/;
const ROW = /<(tr|li) id="([^"]+)" data-version="([^"]+)"[^]*?<\/\1>/g;
const MOST_SAID = 500; // versions: what a proxy takes in one header
const AT_ONCE = 8; // milliseconds of work before somebody who types is let in

/**
 * The rows of a page, and the page without them.
 * @param {string} text
 * @returns {{rows: Row[], rest: string}}
 */
export function taken(text) {
  const rows = [];
  let rest = "";
  let end = 0;
  for (const found of text.matchAll(ROW)) {
    rows.push({ id: found[2], version: found[3], html: found[0] });
    rest += text.slice(end, found.index);
    end = found.index + found[0].length;
  }
  return { rows, rest: rest + text.slice(end) };
}

/**
 * What the server is told that a part shows: the versions of its rows, in their order, and the ids of what htmx leaves as
 * it is, which then come back empty.
 * @param {Element} part
 */
export function versions(part) {
  const rows = [...part.querySelectorAll("[data-rows] [data-version]")];
  const told = rows.slice(0, MOST_SAID).map((row) => row.getAttribute("data-version"));
  for (const { id } of part.querySelectorAll("[data-kept]")) told.push(id);
  return told.join(",");
}

/** @param {Row} row */
function made(row) {
  const template = document.createElement("template");
  template.innerHTML = row.html;
  return /** @type {HTMLElement} */ (template.content.firstElementChild);
}

/** The last renewal of each table's body: an older one that is still under way ends. @type {WeakMap<Element, symbol>} */
const current = new WeakMap();

/**
 * Give the table's body these rows in this order; true once it has them, false where a newer renewal came between.
 * @param {Element} body @param {Row[]} rows
 */
export async function put(body, rows) {
  const turn = Symbol("renewal");
  current.set(body, turn);
  const wanted = new Set(rows.map((row) => row.id));
  const there = new Map([...body.children].map((row) => [row.id, row]));
  for (const [id, row] of there) if (!wanted.has(id)) row.remove();
  let next = body.firstElementChild;
  let missing = false;
  let since = performance.now();
  for (const row of rows) {
    const old = there.get(row.id);
    if (old && old === next) next = next.nextElementSibling;
    if (old?.getAttribute("data-version") !== row.version && EMPTY.test(row.html)) {
      // It was another one by the time its answer came.
      missing = true;
    } else if (old?.getAttribute("data-version") !== row.version) {
      const fresh = made(row);
      const held = old?.contains(document.activeElement);
      if (old) old.replaceWith(fresh);
      if (held) fresh.querySelector("a")?.focus({ preventScroll: true });
      if (!old || fresh.nextElementSibling !== next) body.insertBefore(fresh, next);
    } else if (old && old.nextElementSibling !== next) body.insertBefore(old, next);
    if (performance.now() - since < AT_ONCE) continue;
    await new Promise((resolve) => setTimeout(resolve));
    if (current.get(body) !== turn || !body.isConnected) return false;
    since = performance.now();
  }
  if (missing) body.closest("[data-live]")?.dispatchEvent(new CustomEvent("live"));
  return true;
}
