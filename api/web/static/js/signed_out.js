// A sign-in that has ended elsewhere: one signs in over the page, with everything typed beneath, and goes on.
import { BY_SCRIPT } from "./asking.js";
import { isolated } from "./direction.js";
import { isOfMessage } from "./sending.js";

const PAUSE = 2000; // milliseconds without a key, so that nothing typed goes into another field
const WITHOUT_CONNECTION = "Нет связи с сервером. Повторите через несколько секунд.";

/** @typedef {{person: string, name: string}} Signed */

let over = false;
let typedAt = 0;
/** @type {Promise<boolean> | null} */
let asking = null;
/** Told of whoever has signed in, here or in another tab. @type {((signed: Signed) => void) | null} */
let signedIn = null;

/** Whether the sign-in of this page is known to have ended. */
export const isOver = () => over;

/** @param {string} text @param {() => void} [act] @param {string} [name] */
function say(text, act, name) {
  document.getElementById("signed-out")?.remove();
  if (!text) return;
  const bar = document.createElement("p");
  bar.id = "signed-out";
  bar.className = "connection";
  bar.setAttribute("role", "status");
  bar.append(text);
  if (act) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = name ?? "";
    button.addEventListener("click", act);
    bar.append(" ", button);
  }
  document.body.append(bar);
}

/** @param {HTMLFormElement} form @param {string} text */
function refuse(form, text) {
  form.querySelector("[role=alert]")?.remove();
  const alert = document.createElement("p");
  alert.className = "refusal";
  alert.setAttribute("role", "alert");
  alert.textContent = text;
  form.prepend(alert);
}

/** @param {HTMLFormElement} form */
async function send(form) {
  const button = /** @type {HTMLButtonElement} */ (form.querySelector("button.main"));
  if (button.disabled) return;
  button.disabled = true;
  const password = /** @type {HTMLInputElement} */ (form.elements.namedItem("password"));
  try {
    const content = new URLSearchParams(/** @type {any} */ (new FormData(form)));
    const answer = await fetch("/sign-in", { method: "POST", body: content, headers: BY_SCRIPT, redirect: "manual" });
    const said = await answer.json();
    if (answer.ok) signedIn?.(said);
    else {
      refuse(form, said.detail);
      const codes = form.querySelector("details");
      if (codes && /код второго фактора/i.test(said.detail)) {
        codes.open = true;
        /** @type {HTMLElement | null} */ (codes.querySelector("input"))?.focus();
      } else password.select();
    }
  } catch {
    refuse(form, WITHOUT_CONNECTION);
  }
  button.disabled = false;
}

/** Somebody else: nothing that was begun is done in their name. @param {HTMLDialogElement} dialog @param {Signed} signed */
function tellOfAnother(dialog, signed) {
  const title = /** @type {HTMLElement} */ (dialog.querySelector("h2"));
  const text = document.createElement("p");
  const button = document.createElement("button");
  const acts = document.createElement("div");
  title.textContent = "Вошёл другой сотрудник";
  text.setAttribute("role", "alert");
  text.textContent = `Теперь в этом браузере работает ${isolated(signed.name)}. Начатое на этой странице не отправлено; ` +
    "набранный текст сохранён и появится у того, кто его писал, когда он войдёт.";
  button.type = "button";
  button.className = "main";
  button.textContent = "Перейти к своей очереди";
  button.addEventListener("click", () => location.assign("/"));
  acts.className = "acts";
  acts.append(button);
  dialog.replaceChildren(title, text, acts);
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  button.focus();
}

/** @returns {Promise<boolean>} */
function open() {
  const made = /** @type {HTMLTemplateElement} */ (document.getElementById("sign-in-again")).content.cloneNode(true);
  const dialog = /** @type {HTMLDialogElement} */ (/** @type {DocumentFragment} */ (made).querySelector("dialog"));
  const form = /** @type {HTMLFormElement} */ (dialog.querySelector("form"));
  const sheets = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[popover]:popover-open")]);
  const before = document.activeElement;
  for (const button of dialog.querySelectorAll("[data-reveal]")) button.removeAttribute("hidden");
  document.body.append(dialog);
  say("");
  return new Promise((resolve) => {
    let done = false;
    signedIn = (signed) => {
      if (signed.person !== document.body.dataset.signedIn) {
        tellOfAnother(dialog, signed);
        return;
      }
      done = true;
      over = false;
      dialog.close();
      document.dispatchEvent(new CustomEvent("otklik:signed-in"));
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      send(form);
    });
    dialog.querySelector("[data-later]")?.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
      dialog.remove();
      signedIn = null;
      asking = null;
      // What was open beneath had to close for the dialog.
      for (const sheet of sheets) if (sheet.isConnected) sheet.showPopover();
      if (before instanceof HTMLElement) before.focus();
      if (!done) say("Вход завершён, текст сохранён", () => signInAgain(), "Войти");
      resolve(done);
    });
    dialog.showModal();
    /** @type {HTMLElement} */ (form.elements.namedItem("password")).focus();
  });
}

/** Let people sign in over the page; whether whoever the page is of is signed in now. @returns {Promise<boolean>} */
export function signInAgain() {
  over = true;
  asking ??= open();
  return asking;
}

/** It opens by itself once nobody is typing. */
function soon() {
  if (asking || over) return;
  over = true;
  const wait = () => {
    if (!over || asking) return;
    const since = Date.now() - typedAt;
    if (since < PAUSE) setTimeout(wait, PAUSE - since);
    else signInAgain();
  };
  wait();
}

/** Signed in in another tab, perhaps. */
async function look() {
  if (!over) return;
  try {
    const answer = await fetch("/session", { headers: BY_SCRIPT, redirect: "manual" });
    if (!answer.ok) return;
    const signed = await answer.json();
    if (signedIn) signedIn(signed);
    else if (signed.person === document.body.dataset.signedIn) {
      over = false;
      say("");
    } else signInAgain().catch(() => undefined);
  } catch {
    // Without a connection nothing is known.
  }
}

/** Begin to watch. */
export function watchSignIn() {
  if (!document.getElementById("sign-in-again")) return;
  document.addEventListener("keydown", () => { typedAt = Date.now(); }, { capture: true });
  document.addEventListener("otklik:signed-out", soon);
  document.addEventListener("otklik:connected", look);
  document.addEventListener("htmx:response:error", (event) => {
    if (/** @type {CustomEvent} */ (event).detail?.ctx?.response?.status === 401) soon();
  });
  // Other forms than those of a message leave the page, so one signs in before; sending.js takes care of the others.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!over || event.defaultPrevented || !(form instanceof HTMLFormElement) || form.method !== "post" || isOfMessage(form, event.submitter)) return;
    event.preventDefault();
    signInAgain().then((done) => { if (done) form.requestSubmit(event.submitter); });
  });
}
