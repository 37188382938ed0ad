// The one stream of all pages of this browser.
import { follow } from "./stream.js";

/** The pages, the one that was used last at the end. @type {Set<MessagePort>} */
const ports = new Set();
let last = { kind: "closed" };
/** Whose pages the stream was opened for. */
let person = "";
/** @type {(() => void) | undefined} */
let again;

/** @param {any} said */
function tell(said) {
  if (said.kind !== "change") last = said;
  const used = [...ports].at(-1);
  for (const port of ports) port.postMessage({ ...said, rings: port === used });
}

/** @param {MessagePort} port @param {{kind: string, person?: string}} said */
function hear(port, said) {
  if (said.kind === "bye") ports.delete(port);
  else if (said.kind === "used" && ports.delete(port)) ports.add(port);
  else if (said.kind === "here") {
    ports.add(port);
    const other = said.person !== person;
    person = said.person ?? "";
    if (!again) again = follow("/events", tell);
    else if (other || last.kind === "signed-out") again();
    else port.postMessage(last);
  }
}

self.addEventListener("connect", (event) => {
  const [port] = /** @type {MessageEvent} */ (event).ports;
  port.onmessage = (message) => hear(port, message.data);
});
