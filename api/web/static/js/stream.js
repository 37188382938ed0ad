// One stream of events that opens itself again: an EventSource gives up for good at the first 503 or 401.

const AGAIN_AFTER = 2000;

/**
 * @param {string} address
 * @param {(said: {kind: string, data?: any}) => void} tell
 */
export function follow(address, tell) {
  function open() {
    const source = new EventSource(address);
    source.onopen = () => tell({ kind: "open" });
    source.addEventListener("change", (event) => tell({ kind: "change", data: JSON.parse(event.data) }));
    source.addEventListener("signed-out", () => {
      source.close();
      tell({ kind: "signed-out" });
    });
    source.onerror = () => {
      tell({ kind: "closed" });
      if (source.readyState === EventSource.CLOSED) setTimeout(open, AGAIN_AFTER);
    };
  }
  open();
}
