// Registering: a link is recognised as it is pasted, a screenshot comes from the clipboard, and the form opens over any page.

import { ask } from "./asking.js";
import { isolated } from "./direction.js";
import { choose, post, reason, refuse, whyNot, wrongFile } from "./sending.js";

const PAUSE = 150; // milliseconds, after a key
const PAGE = "/messages/new";
const NOT_SIGNED_IN = "Не отправлено: ваш вход завершён. Всё введённое на месте: отправьте ещё раз и войдите.";
const WITHOUT_CONNECTION = "Нет связи с сервером. Всё введённое на месте: нажмите «Зарегистрировать» ещё раз.";

/** @typedef {{network: string | null, title: string | null, known: {number: number, subject: string} | null, wrong: string | null}} Recognised */

/** @param {string} tag @param {string} className @param {string} [text] */
function made(tag, className, text) {
  const element = document.createElement(tag);
  element.className = className;
  if (text) element.textContent = text;
  return element;
}

/** @param {HTMLFormElement} form */
function recogniseLinks(form) {
  const link = /** @type {HTMLInputElement} */ (form.querySelector('[name="url"]'));
  const network = /** @type {HTMLSelectElement} */ (form.querySelector('[name="network"]'));
  const said = made("p", "hint recognised");
  said.setAttribute("aria-live", "polite");
  link.after(said);
  /** Whether the network was chosen by hand: that stays. */
  let chosen = network.value !== "";
  let asked = "";
  /** What the link was recognised as. @type {Recognised | undefined} */
  let found;
  /** @type {number | undefined} */
  let waiting;

  /** Another network was chosen than the link's: one press chooses the right one. @param {Recognised} found */
  function corrected(found) {
    const button = /** @type {HTMLButtonElement} */ (made("button", "plain", `Исправить на «${found.title}»`));
    button.type = "button";
    button.addEventListener("click", () => {
      network.value = found.network ?? "";
      network.focus();
      show(found);
    });
    return button;
  }

  /** @param {Recognised} found */
  function show(found) {
    if (found.network && !chosen) network.value = found.network;
    const other = found.network && found.title && network.value !== found.network;
    said.classList.toggle("soon", !!(found.wrong || found.known || other));
    said.replaceChildren();
    if (other) return said.append(`Это ссылка на сеть «${found.title}». `, corrected(found));
    if (found.wrong) said.append(found.wrong);
    else if (found.known) {
      const first = document.createElement("a");
      first.href = `/messages/${found.known.number}`;
      first.textContent = `№ ${found.known.number} ${isolated(found.known.subject)}`;
      said.append("Уже зарегистрировано: ", first);
    } else if (found.title) said.append(`Сеть: ${found.title}. Публикация ещё не зарегистрирована.`);
    else said.append("Публикация ещё не зарегистрирована. Сеть по адресу не узнать: выберите её.");
  }

  async function look() {
    const url = link.value.trim();
    if (url === asked) return;
    asked = url;
    if (!url) {
      found = undefined;
      said.replaceChildren();
      return;
    }
    try {
      const answer = await ask(`${PAGE}/link?${new URLSearchParams({ url })}`);
      if (!answer.ok || !answer.headers.get("content-type")?.startsWith("application/json")) return;
      found = await answer.json();
      if (found && url === asked) show(found);
    } catch {
      asked = ""; // without a connection the form is as it is without scripts
    }
  }

  network.addEventListener("change", () => {
    chosen = network.value !== "";
    if (found && asked) show(found);
  });
  link.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, PAUSE);
  });
  link.addEventListener("paste", (event) => {
    // Of a text that was copied with the link, the link.
    const text = event.clipboardData?.getData("text/plain") ?? "";
    const found = /https?:\/\/\S+/.exec(text);
    if (found && found[0] !== text.trim() && !link.value) {
      event.preventDefault();
      link.value = found[0];
      look();
    }
  });
  look();
}

/** Files that stand in a field, shown small. @param {HTMLInputElement} field */
function showFiles(field) {
  let list = field.parentElement?.querySelector(".given-files");
  if (!list) {
    list = made("ul", "given-files");
    field.after(list);
  }
  for (const picture of list.querySelectorAll("img")) URL.revokeObjectURL(picture.src);
  list.replaceChildren(...[...(field.files ?? [])].map((file, place) => {
    const item = document.createElement("li");
    if (file.type.startsWith("image/")) {
      const picture = document.createElement("img");
      picture.src = URL.createObjectURL(file);
      picture.alt = "";
      item.append(picture);
    }
    const remove = /** @type {HTMLButtonElement} */ (made("button", "plain", "✕"));
    remove.type = "button";
    remove.setAttribute("aria-label", `Убрать: ${file.name}`);
    remove.addEventListener("click", () => {
      put(field, [...(field.files ?? [])].filter((_, other) => other !== place));
      field.focus();
    });
    const wrong = whyNot(file, field);
    item.append(made("span", "", isolated(file.name)), ...(wrong ? [made("span", "wrong-file", wrong)] : []), remove);
    return item;
  }));
}

/** @param {HTMLInputElement} field @param {File[]} files */
function put(field, files) {
  const held = new DataTransfer();
  for (const file of files) held.items.add(file);
  field.files = held.files;
  showFiles(field);
}

/** @param {HTMLFormElement} form */
const filesOf = (form) => /** @type {HTMLInputElement | null} */ (form.querySelector('input[type="file"]'));

/** @param {File} file */
function named(file) {
  if (file.name && file.name !== "image.png") return file;
  const now = new Date();
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map((part) => String(part).padStart(2, "0")).join("-");
  return new File([file], `снимок ${time}.${file.type.split("/")[1] ?? "png"}`, { type: file.type });
}

/** Pictures of the clipboard go to the form's files, wherever one is in it. @param {ClipboardEvent} event */
function takePictures(event) {
  const form = /** @type {HTMLFormElement | null} */ (document.querySelector("dialog[open] form[data-register], main form[data-register]"));
  const field = form && filesOf(form);
  const pictures = [...(event.clipboardData?.files ?? [])].filter((file) => /^(image|video)\//.test(file.type));
  if (!field || !pictures.length) return;
  event.preventDefault();
  put(field, [...(field.files ?? []), ...pictures.map(named)]);
}

/** Registered, and its files are not kept: the page says what to do, with the files chosen already.
 * @param {HTMLFormElement} form @param {Element} said @param {string} address @param {File[]} files */
function showWithoutFiles(form, said, address, files) {
  const main = /** @type {HTMLElement} */ (document.getElementById("main"));
  form.closest("dialog")?.remove();
  // This page is no longer that of a list or of another message: it does not renew itself.
  const fresh = /** @type {HTMLElement} */ (said.cloneNode(true));
  main.replaceWith(fresh);
  history.pushState(null, "", address);
  const field = /** @type {HTMLInputElement | null} */ (fresh.querySelector('input[type="file"]'));
  if (field) choose(field, files);
  document.dispatchEvent(new CustomEvent("htmx:after:swap"));
  fresh.focus();
}

/** Send a form without leaving the page, so that files stay where it is refused. @param {HTMLFormElement} form */
async function send(form) {
  const button = /** @type {HTMLButtonElement | null} */ (form.querySelector("button.main"));
  if (button?.disabled) return;
  const wrong = wrongFile(form);
  if (wrong) {
    refuse(form, wrong);
    filesOf(form)?.focus({ preventScroll: true });
    return;
  }
  const files = [...(filesOf(form)?.files ?? [])];
  const content = new FormData(form);
  if (button) button.disabled = true;
  try {
    const answer = await post(form, PAGE, content);
    if (answer?.there) {
      location.assign(answer.there);
      return;
    }
    const page = new DOMParser().parseFromString(answer?.text ?? "", "text/html");
    const fresh = page.querySelector("form[data-register]");
    if (fresh instanceof HTMLFormElement) {
      form.replaceWith(fresh);
      enhance(fresh);
      const field = filesOf(fresh);
      if (field && files.length) put(field, files);
      if (!fresh.closest("dialog")) document.title = page.title;
      const alert = fresh.querySelector("[role=alert]");
      /** @type {HTMLElement | null} */ (fresh.querySelector("[aria-invalid]"))?.focus();
      alert?.scrollIntoView({ block: "nearest" });
      return;
    }
    const main = page.querySelector("main");
    const registered = main?.querySelector("[data-registered]")?.getAttribute("data-registered");
    if (main && registered) {
      showWithoutFiles(form, main, registered, files);
      document.title = page.title;
      return;
    }
    refuse(form, answer ? reason(answer) || WITHOUT_CONNECTION : NOT_SIGNED_IN);
  } catch {
    refuse(form, WITHOUT_CONNECTION);
  }
  if (button) button.disabled = false;
}

/** @param {HTMLFormElement} form */
function enhance(form) {
  recogniseLinks(form);
  const field = filesOf(form);
  field?.addEventListener("change", () => showFiles(field));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });
}

/** @returns {HTMLDialogElement} */
function dialog() {
  const there = /** @type {HTMLDialogElement | null} */ (document.getElementById("registering"));
  if (there) return there;
  const box = document.createElement("dialog");
  box.id = "registering";
  box.className = "sheet registering";
  box.setAttribute("aria-labelledby", "registering-title");
  const head = made("div", "head");
  const title = made("h2", "", "Новое сообщение");
  title.id = "registering-title";
  const close = /** @type {HTMLButtonElement} */ (made("button", "plain end", "Закрыть"));
  close.type = "button";
  close.addEventListener("click", () => box.close());
  head.append(title, close);
  box.append(head);
  document.body.append(box);
  return box;
}

/** The form over the page; what was typed in it before it was closed is still there. @param {HTMLAnchorElement} link */
async function open(link) {
  const box = dialog();
  if (!box.querySelector("form[data-register]")) {
    try {
      const answer = await ask(PAGE, { headers: { Accept: "text/html" } });
      if (answer.status === 401) return;
      const form = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("form[data-register]");
      if (!(form instanceof HTMLFormElement)) throw new Error("no form");
      if (!box.querySelector("form[data-register]")) {
        form.classList.remove("panel");
        box.append(form);
        enhance(form);
      }
    } catch {
      location.assign(link.href);
      return;
    }
  }
  if (!box.open) box.showModal();
  /** @type {HTMLElement | null} */ (box.querySelector('[name="url"]'))?.focus();
}

/** Begin: enhance the page's own form, and open it over every other page. */
export function registering() {
  const own = /** @type {HTMLFormElement | null} */ (document.querySelector("main form[data-register]"));
  if (own) enhance(own);
  document.addEventListener("paste", takePictures);
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest(`a[href="${PAGE}"]`) : null;
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (!(link instanceof HTMLAnchorElement) || !plain || document.querySelector("main form[data-register]")) return;
    event.preventDefault();
    open(link);
  });
}
