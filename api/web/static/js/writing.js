// Where an answer is written: how long it is, what is put in at the caret, which files go with it, what could be better.
import { ask } from "./asking.js";
import { isOn, isTyping } from "./keys.js";
import { whyNot } from "./sending.js";
import { forgetSent, keepUnsent } from "./unsent.js";

const ADVISE_AFTER = 1500;

/** Characters as the server counts them: of the text without the space around it. @param {string} text */
const length = (text) => [...text.replace(/^\p{White_Space}+|\p{White_Space}+$/gu, "")].length;
const number = new Intl.NumberFormat("ru-RU");
const plural = new Intl.PluralRules("ru-RU");

/** @param {HTMLElement} count */
function showLength(count) {
  const field = /** @type {HTMLTextAreaElement | null} */ (document.getElementById(count.dataset.countOf ?? ""));
  if (!field) return;
  const now = length(field.value);
  const most = Number(count.dataset.most ?? 0);
  const signs = { one: "знак", few: "знака" };
  const unit = signs[/** @type {"one" | "few"} */ (plural.select(now))] ?? "знаков";
  count.textContent = most ? `${number.format(now)} из ${number.format(most)}` : `${number.format(now)} ${unit}`;
  const over = most > 0 && now > most;
  count.classList.toggle("over", over);
  if (over) count.textContent += `: сократите на ${number.format(now - most)}, иначе сеть текст не примет`;
}

/** @param {HTMLElement} button */
function insert(button) {
  const field = /** @type {HTMLTextAreaElement | null} */ (document.getElementById(button.dataset.insertInto ?? ""));
  if (!field) return;
  const text = button.dataset.insert ?? "";
  const before = field.value.slice(0, field.selectionStart);
  const after = field.value.slice(field.selectionEnd);
  const begin = before && !/\s$/.test(before) ? "\n\n" : "";
  const end = after && !/^\s/.test(after) ? "\n\n" : "";
  button.closest("details[name=ready]")?.removeAttribute("open");
  field.focus();
  field.setRangeText(begin + text + end, field.selectionStart, field.selectionEnd, "end");
  if (button.dataset.from) noteTaken(field, button.dataset.from);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** With which message's answer the draft was begun. @param {HTMLTextAreaElement} field @param {string} from */
function noteTaken(field, from) {
  const kept = /** @type {HTMLInputElement | null} */ (field.form?.elements.namedItem("taken_from") ?? null);
  const said = kept?.parentElement?.querySelector("[data-begun-with]");
  if (!kept || !said) return;
  kept.value = from;
  said.querySelector("span")?.replaceChildren(from);
  said.removeAttribute("hidden");
}

/** Take an earlier answer: by a digit, while one is typing with Alt. @param {KeyboardEvent} event */
function takeByKey(event) {
  const digit = /^Digit([1-5])$/.exec(event.code);
  if (!digit || event.ctrlKey || event.metaKey || event.shiftKey || event.repeat || !isOn()) return;
  if (!event.altKey && isTyping(event.target)) return;
  if (document.querySelector("dialog[open], [popover]:popover-open")) return;
  const button = /** @type {HTMLElement | undefined} */ (document.querySelectorAll("[data-from]")[Number(digit[1]) - 1]);
  if (!button) return;
  event.preventDefault();
  insert(button);
}

/** @param {HTMLInputElement} field */
function showFiles(field) {
  const list = document.getElementById(field.dataset.files ?? "");
  if (!list) return;
  for (const picture of list.querySelectorAll("img, video")) URL.revokeObjectURL(/** @type {HTMLImageElement} */ (picture).src);
  list.replaceChildren(...[...(field.files ?? [])].map((file, place) => {
    const item = document.createElement("li");
    if (file.type.startsWith("image/")) {
      const picture = document.createElement("img");
      picture.src = URL.createObjectURL(file);
      picture.alt = "";
      item.append(picture);
    }
    const name = document.createElement("span");
    name.textContent = `${file.name}, ${(file.size / 1048576).toLocaleString("ru-RU", { maximumFractionDigits: 1 })} МБ`;
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "plain";
    remove.textContent = "Убрать";
    remove.setAttribute("aria-label", `Убрать ${file.name}`);
    remove.addEventListener("click", () => {
      const left = new DataTransfer();
      [...(field.files ?? [])].forEach((other, number_) => { if (number_ !== place) left.items.add(other); });
      field.files = left.files;
      showFiles(field);
      field.focus();
    });
    item.append(name, remove);
    const wrong = whyNot(file, field);
    if (wrong) {
      const said = document.createElement("span");
      said.className = "wrong-file";
      said.textContent = wrong;
      name.after(said);
    }
    return item;
  }));
}

/** @type {Map<string, number>} */
const waiting = new Map();

/** @param {HTMLElement} list */
function adviseSoon(list) {
  const id = list.dataset.adviceOf ?? "";
  clearTimeout(waiting.get(id));
  waiting.set(id, setTimeout(async () => {
    const field = /** @type {HTMLTextAreaElement | null} */ (document.getElementById(id));
    if (!field?.value.trim()) return list.replaceChildren();
    try {
      const answer = await ask(list.dataset.adviceAt ?? "", {
        method: "POST", body: JSON.stringify({ text: field.value }), headers: { "Content-Type": "application/json" },
      });
      if (!answer.ok) return;
      const { advice } = await answer.json();
      list.replaceChildren(...advice.map((/** @type {string} */ text) => {
        const item = document.createElement("li");
        item.textContent = text;
        return item;
      }));
    } catch {
      // Advice can wait.
    }
  }, ADVISE_AFTER));
}

/** @param {HTMLElement} field */
function typed(field) {
  for (const count of document.querySelectorAll("[data-count-of]")) {
    const shown = /** @type {HTMLElement} */ (count);
    if (shown.dataset.countOf === field.id) showLength(shown);
  }
  for (const list of document.querySelectorAll("[data-advice-of]")) {
    const shown = /** @type {HTMLElement} */ (list);
    if (shown.dataset.adviceOf === field.id) adviseSoon(shown);
  }
}

function forgetWriters() {
  const now = Date.now() / 1000;
  for (const said of document.querySelectorAll("[data-until]")) if (Number(said.getAttribute("data-until")) < now) said.remove();
}

/** What only scripts can do is shown once there are scripts. */
function prepare() {
  for (const button of document.querySelectorAll("[data-insert]")) button.removeAttribute("hidden");
  for (const item of document.querySelectorAll(".templates-list details")) item.querySelector("summary")?.replaceChildren("показать текст");
  for (const count of document.querySelectorAll("[data-count-of]")) showLength(/** @type {HTMLElement} */ (count));
  keepUnsent();
}

let left = false;

function back() {
  if (document.visibilityState !== "visible" || !left) return;
  left = false;
  const field = /** @type {HTMLInputElement | null} */ (document.querySelector(".steps input[name=url]"));
  if (field && !field.value) field.focus();
}

/** Begin on a page where people write. */
export function beginWriting() {
  if (!document.querySelector("[data-viewer]")) return;
  prepare();
  forgetSent();
  setInterval(forgetWriters, 15000);
  document.addEventListener("htmx:after:swap", () => prepare());
  document.addEventListener("input", (event) => { if (event.target instanceof HTMLTextAreaElement) typed(event.target); });
  document.addEventListener("change", (event) => {
    if (event.target instanceof HTMLInputElement && event.target.dataset.files) showFiles(event.target);
  });
  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const put = /** @type {HTMLElement | null} */ (target?.closest("[data-insert]") ?? null);
    if (put) insert(put);
    if (target?.closest("[data-leaves]")) left = true;
  });
  document.addEventListener("keydown", (event) => {
    // The first button of the form would be pressed, which sends the draft.
    const title = event.key === "Enter" && event.target instanceof Element ? event.target.closest(".save-template input") : null;
    if (!title) return;
    event.preventDefault();
    /** @type {HTMLElement | null} */ (title.parentElement?.querySelector("button"))?.click();
  });
  document.addEventListener("keydown", (event) => {
    if (event.code !== "Space" || !event.ctrlKey) return;
    const inside = event.target instanceof Element ? event.target.closest(".composer") : null;
    const templates = /** @type {HTMLDetailsElement | null} */ (inside?.querySelector(".templates") ?? null);
    if (!templates) return;
    event.preventDefault();
    templates.open = true;
    /** @type {HTMLElement | null} */ (templates.querySelector("[data-insert]") ?? templates.querySelector("summary"))?.focus();
  });
  document.addEventListener("keydown", takeByKey);
  document.addEventListener("visibilitychange", back);
  addEventListener("focus", back);
}
