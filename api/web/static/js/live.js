// Hears what has changed, and lets the parts of the page that show it renew themselves.
//
// A part says by `data-live` what it shows: "message:12", "queue", "notices"; it is sent `live`, for htmx to renew it.

const BROKEN_AFTER = 5000;
const stream = "/events";

/** @typedef {{message: number, queue: boolean, told: boolean}} Change */

/** @param {Change} change */
function concerned(change) {
  const names = [`message:${change.message}`, "messages"];
  if (change.queue) names.push("queue");
  if (change.told) names.push("notices");
  return names;
}

/** @param {string[] | null} names null: whatever there is */
function renew(names) {
  for (const part of document.querySelectorAll("[data-live]")) {
    const shows = (part.getAttribute("data-live") ?? "").split(" ");
    if (names === null || shows.some((name) => names.includes(name))) part.dispatchEvent(new CustomEvent("live"));
  }
}

/** @type {number | undefined} */
let broken;
let since = "";

/** @param {boolean} connected */
function connection(connected) {
  const bar = document.getElementById("connection");
  clearTimeout(broken);
  if (connected) {
    if (since) renew(null);
    since = "";
    if (bar) bar.hidden = true;
    return;
  }
  if (!since) since = new Date().toLocaleTimeString("ru-RU", { hour: "2-digit", minute: "2-digit" });
  broken = setTimeout(() => {
    if (!bar) return;
    bar.textContent = `Нет связи с ${since}, текст сохранён`;
    bar.hidden = false;
  }, BROKEN_AFTER);
}

/** @param {{kind: string, data?: Change}} said */
function hear(said) {
  if (said.kind === "change" && said.data) renew(concerned(said.data));
  else if (said.kind === "open") connection(true);
  else if (said.kind === "closed") connection(false);
  else if (said.kind === "signed-out") document.dispatchEvent(new CustomEvent("otklik:signed-out"));
}

/** Begin to listen; all pages of a browser share one stream where it can be shared. */
export function listen() {
  if (!document.querySelector("[data-live]")) return;
  if (typeof SharedWorker !== "undefined") {
    const address = new URL("./live_worker.js", import.meta.url);
    const worker = new SharedWorker(address, { type: "module", name: "otklik" });
    worker.port.onmessage = (event) => hear(event.data);
    worker.port.start();
    addEventListener("pagehide", () => worker.port.postMessage("bye"));
    return;
  }
  import("./stream.js").then(({ follow }) => follow(stream, hear));
}
