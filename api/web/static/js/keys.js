// Keys for everything frequent, by their place on the keyboard: the same under ЙЦУКЕН. None while one is typing.
// The two signs count by what they print as well: ЙЦУКЕН has «?» and «/» elsewhere.

const SWITCH = "otklik-keys";
const GOES = { KeyQ: "/", KeyB: "/board", KeyO: "/overview", KeyM: "/messages", KeyU: "/notices", KeyF: "/candidates" };
let going = 0;

export const isOn = () => localStorage.getItem(SWITCH) !== "off";

/** @param {boolean} on */
export function switchKeys(on) {
  localStorage.setItem(SWITCH, on ? "on" : "off");
}

/** @param {EventTarget | null} target */
export function isTyping(target) {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select, [role=combobox]"));
}

/** @param {number} by */
function moveRow(by) {
  const links = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-row] a")]);
  if (!links.length) return;
  const place = links.findIndex((link) => link === document.activeElement);
  const next = place < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, place + by));
  links[next].focus();
}

/** Put the cursor into the page's field of search. @returns {boolean} whether it has one */
function search() {
  const field = /** @type {HTMLInputElement | null} */ (document.querySelector('main [data-key="/"]'));
  field?.focus();
  field?.select();
  return field !== null;
}

/** @param {KeyboardEvent} event */
function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || !isOn()) return;
  if (document.querySelector("dialog[open], [popover]:popover-open")) return;
  const now = Date.now();
  const address = now - going < 1500 ? GOES[/** @type {keyof typeof GOES} */ (event.code)] : undefined;
  going = 0;
  const link = (/** @type {string} */ selector) => /** @type {HTMLElement | null} */ (document.querySelector(selector));
  if (address) {
    link(`.bar a[href="${address}"]:not(.brand)`)?.click();
  } else if (event.code === "KeyG") going = now;
  else if (event.code === "KeyJ" || event.code === "KeyK") {
    // Of a list the rows, of a message its neighbours in the list.
    const there = link(`[data-key="${event.code === "KeyJ" ? "j" : "k"}"]:not([hidden])`);
    if (there) there.click();
    else moveRow(event.code === "KeyJ" ? 1 : -1);
  }
  else if (event.code === "KeyN") link('[data-key="n"]')?.click();
  else if (event.key === "?" || (event.code === "Slash" && event.shiftKey)) document.getElementById("keys")?.showPopover();
  else if (event.key === "/" || event.code === "Slash") {
    if (!search()) link("[data-find]")?.click();
  } else return;
  event.preventDefault();
}

/** Begin to listen to keys. */
export function listenToKeys() {
  document.addEventListener("keydown", press);
  // Where «Найти» leads to, also from that very page.
  const arrive = () => location.hash === "#find" && search();
  addEventListener("hashchange", arrive);
  arrive();
  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-find]") && location.hash === "#find") search();
  });
  const button = document.querySelector("[data-keys-switch]");
  const show = () => { if (button) button.textContent = isOn() ? "Выключить клавиши" : "Включить клавиши"; };
  button?.addEventListener("click", () => { switchKeys(!isOn()); show(); });
  show();
}
