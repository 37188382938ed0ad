// The one stream of all pages of this browser.
import { follow } from "./stream.js";

/** @type {Set<MessagePort>} */
const ports = new Set();
let last = { kind: "open" };
let begun = false;

/** @param {any} said */
function tell(said) {
  if (said.kind !== "change") last = said;
  for (const port of ports) port.postMessage(said);
}

self.addEventListener("connect", (event) => {
  const [port] = /** @type {MessageEvent} */ (event).ports;
  ports.add(port);
  port.onmessage = () => ports.delete(port);
  if (begun) port.postMessage(last);
  else follow("/events", tell);
  begun = true;
});
