// One stream of events that opens itself again: an EventSource gives up for good at the first 503 or 401, and does not
// notice a connection that has only fallen silent.

const AGAIN_AFTER = 2000;
const SILENT = 12_000; // the server says every five seconds that it is there
const SESSION = "/session";

/**
 * @param {string} address
 * @param {(said: {kind: string, data?: any}) => void} tell
 * @returns {() => void} opens it again, for whoever has signed in now
 */
export function follow(address, tell) {
  /** @type {EventSource | undefined} */
  let source;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let waiting;

  /** @param {() => void} act @param {number} after */
  function later(act, after) {
    clearTimeout(waiting);
    waiting = setTimeout(act, after);
  }

  const alive = () => later(() => {
    tell({ kind: "closed" });
    open();
  }, SILENT);

  function open() {
    source?.close();
    const opened = new EventSource(address);
    source = opened;
    alive();
    opened.onopen = () => {
      alive();
      tell({ kind: "open" });
    };
    opened.addEventListener("here", alive);
    opened.addEventListener("change", (event) => {
      alive();
      tell({ kind: "change", data: JSON.parse(event.data) });
    });
    opened.addEventListener("later", (event) => {
      // Others have its place: nothing is wrong, and it comes back, not at once with all that were sent away.
      opened.close();
      source = undefined;
      tell({ kind: "later" });
      later(open, JSON.parse(event.data).after * (1 + Math.random() / 2));
    });
    opened.addEventListener("signed-out", () => {
      opened.close();
      look();
    });
    opened.onerror = () => {
      if (source !== opened) return;
      tell({ kind: "closed" });
      if (opened.readyState === EventSource.CLOSED) later(look, AGAIN_AFTER);
    };
  }

  /** A stream does not say why it was refused. */
  async function look() {
    try {
      const answer = await fetch(SESSION, { headers: { "HX-Request": "true" }, redirect: "manual" });
      if (answer.ok) open();
      else if (answer.status === 401) {
        clearTimeout(waiting);
        tell({ kind: "signed-out" });
      } else later(look, AGAIN_AFTER);
    } catch {
      later(look, AGAIN_AFTER);
    }
  }

  open();
  return open;
}
