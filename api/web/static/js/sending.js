// Sends the forms of a message without leaving the page until it is known that they arrived: what was typed and chosen stays
// where they are refused, where the connection breaks, and where the sign-in has ended.
import { BY_SCRIPT } from "./asking.js";
import { isolated } from "./direction.js";
import { acted } from "./among.js";
import { onTheirWay, showKept, typedIn } from "./kept_text.js";
import { signInAgain } from "./signed_out.js";

const SILENT = 30_000; // milliseconds without progress
const SHOWN_AFTER = 300;
const MEBIBYTE = 1_048_576;
const ENDED = "Не отправлено: ваш вход завершён. Всё введённое на месте: отправьте ещё раз и войдите.";
const STOPPED = "Отправка прервана. Текст и файлы на месте.";
const amount = new Intl.NumberFormat("ru-RU", { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** @typedef {{status: number, text: string, there: string | null}} Answer */

/** @param {string} title */
const withoutConnection = (title) => `Нет связи с сервером. Всё введённое на месте, и файлы тоже: нажмите «${title}» ещё раз.`;

/** @param {HTMLFormElement} form @param {string} text */
export function refuse(form, text) {
  form.querySelector("[role=alert]")?.remove();
  const alert = document.createElement("p");
  alert.className = "refusal";
  alert.setAttribute("role", "alert");
  alert.textContent = text;
  // There it stays when the page renews itself.
  (form.querySelector(".said") ?? form).prepend(alert);
  alert.scrollIntoView({ block: "nearest" });
}

/** @param {FormData} content */
const bytes = (content) => [...content.values()].reduce((sum, value) => sum + (value instanceof File ? value.size : 0), 0);

/** How much has arrived. @param {HTMLFormElement} form @param {XMLHttpRequest} request */
function showProgress(form, request) {
  const box = document.createElement("div");
  const bar = document.createElement("progress");
  const said = document.createElement("span");
  const stop = document.createElement("button");
  box.className = "sending";
  said.setAttribute("role", "status");
  bar.setAttribute("aria-label", "Отправка файлов");
  stop.type = "button";
  stop.className = "plain";
  stop.textContent = "Прервать";
  stop.addEventListener("click", () => request.dispatchEvent(new Event("stopped")));
  box.append(bar, said, stop);
  const place = () => form.querySelector(".field.files") ?? form;
  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    // The page may have renewed itself meanwhile.
    if (!box.isConnected) place().append(box);
    bar.max = event.total;
    bar.value = event.loaded;
    said.textContent = event.loaded < event.total
      ? `Отправлено ${amount.format(event.loaded / MEBIBYTE)} из ${amount.format(event.total / MEBIBYTE)} МБ`
      : "Файлы отправлены, сохраняем…";
  });
  request.addEventListener("loadend", () => box.remove());
}

/** @param {HTMLFormElement} form @param {string} address @param {FormData} content @returns {Promise<Answer>} */
function once(form, address, content) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    /** @type {number | undefined} */
    let waiting;
    const heard = () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => request.abort(), SILENT);
    };
    request.open("POST", address);
    for (const [name, value] of Object.entries(BY_SCRIPT)) request.setRequestHeader(name, value);
    request.setRequestHeader("Accept", "text/html, application/problem+json");
    request.setRequestHeader("Otklik-Person", encodeURIComponent(document.body.dataset.signedIn ?? ""));
    request.upload.addEventListener("progress", heard);
    request.addEventListener("loadend", () => clearTimeout(waiting));
    request.addEventListener("load", () => resolve({
      status: request.status,
      text: request.responseText,
      there: request.getResponseHeader("HX-Redirect") ?? (request.status === 200 ? request.responseURL : null),
    }));
    for (const kind of ["error", "abort"]) request.addEventListener(kind, () => reject(new Error(kind)));
    request.addEventListener("stopped", () => {
      reject(new Error(STOPPED));
      request.abort();
    });
    if (bytes(content) > 0) showProgress(form, request);
    heard();
    request.send(content);
  });
}

/**
 * What became of a form. Where the sign-in has ended one signs in, and the same is sent again, under the same key.
 * @param {HTMLFormElement} form @param {string} address @param {FormData} content
 * @returns {Promise<Answer | null>} null: nobody has signed in; throws without a connection
 */
export async function post(form, address, content) {
  for (;;) {
    const answer = await once(form, address, content);
    if (answer.status !== 401) return answer;
    if (!(await signInAgain())) return null;
  }
}

/** What an answer says is wrong, be it a page or a problem document. @param {Answer} answer */
export function reason(answer) {
  if (answer.text.startsWith("{")) return String(JSON.parse(answer.text).detail ?? "");
  return new DOMParser().parseFromString(answer.text, "text/html").querySelector("[role=alert]")?.textContent ?? "";
}

/** @param {HTMLFormElement} form */
const filesOf = (form) => /** @type {HTMLInputElement | null} */ (form.querySelector('input[type="file"]'));

/** Files stay chosen: those that did not arrive. @param {HTMLInputElement} field @param {File[]} files */
export function choose(field, files) {
  const held = new DataTransfer();
  for (const file of files) held.items.add(file);
  field.files = held.files;
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

/** The form as it comes back, in the place of the one that was sent. @param {HTMLFormElement} form @param {Document} page @param {number} before */
function back(form, page, before) {
  const fresh = page.querySelector(`form[data-command="${form.dataset.command}"]`);
  if (!(fresh instanceof HTMLFormElement)) return false;
  const files = [...(filesOf(form)?.files ?? [])];
  const kept = new FormData(fresh).getAll("attachment").length - before;
  form.replaceWith(fresh);
  const field = filesOf(fresh);
  if (field && files.length > kept) choose(field, files.slice(Math.max(0, kept)));
  document.title = page.title;
  /** @type {any} */ (window).htmx?.process(fresh);
  document.dispatchEvent(new CustomEvent("htmx:after:swap"));
  /** @type {HTMLElement | null} */ (fresh.querySelector("[aria-invalid]"))?.focus();
  fresh.querySelector("[role=alert]")?.scrollIntoView({ block: "nearest" });
  return true;
}

/** Why a message does not take a file, as far as it can be told before it is sent. @param {File} file @param {HTMLInputElement} field */
export function whyNot(file, field) {
  const largest = Number(field.dataset.largest ?? Infinity);
  if (file.size > largest) return `больше ${largest / MEBIBYTE} МБ: сожмите или выберите другой`;
  if (file.type && !/^(image|video)\//.test(file.type)) return "это не фото и не видео: выберите другой";
  return "";
}

/** The first file that is not taken, and why. @param {HTMLFormElement} form */
export function wrongFile(form) {
  const field = filesOf(form);
  for (const file of field?.files ?? []) {
    const why = whyNot(file, /** @type {HTMLInputElement} */ (field));
    if (why) return `Не отправлено. ${isolated(file.name)}: ${why}.`;
  }
  return "";
}

/** @param {HTMLFormElement} form @param {HTMLElement | null} submitter */
async function send(form, submitter) {
  if (onTheirWay.has(form)) return;
  const title = form.getAttribute("aria-label") ?? "";
  const wrong = wrongFile(form);
  if (wrong) {
    form.dispatchEvent(new CustomEvent("otklik:not-sent"));
    refuse(form, wrong);
    filesOf(form)?.focus({ preventScroll: true });
    return;
  }
  const content = new FormData(form, submitter);
  const typed = typedIn(form);
  const button = submitter ?? form.querySelector("button:not([type=button])");
  const busy = setTimeout(() => button?.setAttribute("aria-busy", "true"), SHOWN_AFTER);
  onTheirWay.add(form);
  let gone = false;
  try {
    const answer = await post(form, form.getAttribute("action") ?? "", content);
    if (answer?.there) {
      gone = true;
      acted();
      location.assign(answer.there);
      return;
    }
    const page = new DOMParser().parseFromString(answer?.text ?? "", "text/html");
    if (!form.isConnected) showKept(typed, answer ? reason(answer) : ENDED);
    else if (!answer || !back(form, page, content.getAll("attachment").length)) {
      refuse(form, answer ? reason(answer) || withoutConnection(title) : ENDED);
    }
  } catch (error) {
    const said = error instanceof Error && error.message === STOPPED ? STOPPED : withoutConnection(title);
    if (form.isConnected) refuse(form, said);
    else showKept(typed, said);
  } finally {
    clearTimeout(busy);
    if (!gone) {
      onTheirWay.delete(form);
      button?.removeAttribute("aria-busy");
      form.dispatchEvent(new CustomEvent("otklik:not-sent"));
    }
  }
}

/** Whether a command of a message is given by it; a button with an address of its own does something else.
 * @param {HTMLFormElement} form @param {HTMLElement | null} submitter */
export const isOfMessage = (form, submitter) => !!form.dataset.command && !submitter?.hasAttribute("formaction");

/** Begin to send forms of messages. */
export function sendFromHere() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !(form instanceof HTMLFormElement) || !isOfMessage(form, event.submitter)) return;
    event.preventDefault();
    send(form, event.submitter);
  });
  // Of a page that comes out of the browser's memory nothing is on its way.
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of document.forms) onTheirWay.delete(form);
  });
}
