// What was typed stays readable when its form falls away because somebody else was first.

/** @typedef {{command: string, title: string, label: string, value: string, focused: boolean}} Typed */

/** @param {HTMLTextAreaElement | HTMLInputElement} field */
const isTyped = (field) => field.value.trim() !== "" && field.value !== field.defaultValue;

/** Forms that are being sent: what was typed in them is not lost yet. @type {WeakSet<HTMLFormElement>} */
export const onTheirWay = new WeakSet();
const FIELDS = "textarea, input:not([type=hidden], [type=file], [role=combobox])";

/** What is typed in the forms beneath, but for those on their way. @param {ParentNode} root @returns {Typed[]} */
function typed(root) {
  const forms = /** @type {HTMLFormElement[]} */ ([...root.querySelectorAll("form[data-command]")]);
  return forms.filter((form) => !onTheirWay.has(form)).flatMap(typedIn);
}

/** @param {HTMLFormElement} form @returns {Typed[]} */
export function typedIn(form) {
  /** @type {NodeListOf<HTMLTextAreaElement | HTMLInputElement>} */
  const fields = form.querySelectorAll(FIELDS);
  return [...fields].filter((field) => isTyped(field) && field.checkVisibility()).map((field) => ({
    command: field.form?.getAttribute("data-command") ?? "",
    title: field.form?.getAttribute("aria-label") ?? "",
    label: field.labels?.[0]?.textContent ?? "",
    value: field.value,
    focused: field === document.activeElement,
  }));
}

/** @param {Typed} item */
const key = (item) => `${item.command} ${item.label} ${item.value}`;

/** Let what was typed in a form that is gone be read. @param {Typed[]} lost @param {string} first what came first, or why */
export function showKept(lost, first) {
  const box = document.createElement("section");
  box.className = "kept panel";
  box.setAttribute("role", "alert");
  const said = document.createElement("p");
  said.className = "first";
  said.textContent = first || "Сообщение изменилось, пока вы писали.";
  const note = document.createElement("p");
  note.className = "hint";
  note.textContent = "Ваш текст не отправлен. Его можно скопировать:";
  note.hidden = lost.length === 0;
  box.append(said, note);
  /** @type {HTMLTextAreaElement | undefined} */
  let focused;
  for (const item of lost) {
    const label = document.createElement("label");
    label.textContent = `${item.title}: ${item.label}`;
    const field = document.createElement("textarea");
    field.readOnly = true;
    field.value = item.value;
    field.rows = Math.min(8, item.value.split("\n").length + 1);
    label.append(field);
    box.append(label);
    if (item.focused || !focused) focused = field;
  }
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "Убрать";
  close.addEventListener("click", () => {
    box.remove();
    document.getElementById("main")?.focus();
  });
  box.append(close);
  document.getElementById("main")?.before(box);
  // Whoever types on must not press keys of the page by it.
  if (lost.some((item) => item.focused)) focused?.focus();
}

/** Begin to watch: before a part renews itself, and after. */
export function keepTyped() {
  /** @type {Typed[]} */
  let before = [];
  let first = "";
  const firstAct = () => document.querySelector("[data-first]")?.getAttribute("data-first") ?? "";
  document.addEventListener("htmx:before:swap", () => {
    before = typed(document);
    first = firstAct();
  });
  document.addEventListener("htmx:after:swap", () => {
    const now = new Set(typed(document).map(key));
    const lost = before.filter((item) => !now.has(key(item)));
    before = [];
    if (lost.length) showKept(lost, firstAct() === first ? "" : firstAct());
  });
}
