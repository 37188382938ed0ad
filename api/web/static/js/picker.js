// A combobox in place of a long list: typing a part of a title and Enter takes the first match.
//
// `select[data-pick]` takes one value, `select[multiple][data-sequence]` several in order. The select stays what is sent:
// without scripts it is what people see, and a form is read the same either way.
import { isolated } from "./direction.js";

const SHOWN = 12;

/** @param {string} text */
const plain = (text) => text.toLowerCase().replaceAll("ё", "е").trim();

/** Of a word what its endings leave alone: «горное» and «горного» begin alike. @param {string} word */
const stem = (word) => (word.length < 5 ? word : word.slice(0, -2));

/**
 * How far a title is from a word: 0 where it has it as it is, more the longer its own form of the word; null: it has none.
 * @param {string} title @param {string} word
 */
function distance(title, word) {
  if (title.includes(word)) return 0;
  const forms = title.split(/[^а-яa-z0-9]+/).filter((form) => form.startsWith(stem(word)));
  return forms.length ? 1 + Math.min(...forms.map((form) => Math.abs(form.length - word.length))) : null;
}

/** The options that have every word that is typed, in any form; the nearest first. @param {HTMLSelectElement} select @param {string} typed */
function matches(select, typed) {
  const words = plain(typed).split(/\s+/);
  const found = [];
  for (const option of select.options) {
    if (!option.value) continue;
    const far = words.map((word) => distance(plain(option.text), word));
    if (far.every((one) => one !== null)) found.push({ option, far: far.reduce((sum, one) => sum + (one ?? 0), 0) });
  }
  return found.sort((one, other) => one.far - other.far).slice(0, SHOWN).map(({ option }) => option);
}

/** @param {HTMLSelectElement} select */
function enhance(select) {
  const several = select.multiple;
  const box = document.createElement("div");
  box.className = "picker";
  const field = document.createElement("input");
  const list = document.createElement("ul");
  const chosen = document.createElement("ol");
  chosen.className = "chosen";
  list.setAttribute("role", "listbox");
  list.id = `${select.id}-list`;
  list.hidden = true;
  Object.entries({
    role: "combobox", "aria-expanded": "false", "aria-autocomplete": "list", "aria-controls": list.id, autocomplete: "off",
    spellcheck: "false", "aria-describedby": select.getAttribute("aria-describedby") ?? "",
    placeholder: several ? "Начните вводить название и нажмите Enter" : "Начните вводить название",
  }).forEach(([name, value]) => value && field.setAttribute(name, value));
  if (select.getAttribute("aria-invalid")) field.setAttribute("aria-invalid", "true");
  field.id = select.id;
  select.id = `${field.id}-values`;
  select.hidden = true;
  // Not by the field's own name: that is how the field alone is found.
  list.setAttribute("aria-label", "Варианты");
  chosen.setAttribute("aria-label", "Выбрано, по порядку");
  const said = document.createElement("p");
  said.className = "hidden";
  said.setAttribute("aria-live", "polite");
  select.after(box);
  box.append(field, list, ...(several ? [chosen, said] : []));
  let active = 0;
  /** @type {HTMLOptionElement | undefined} the one that Alt+↑↓ in the field moves */
  let added;

  const current = () => [...select.selectedOptions].filter((option) => option.value);

  function showChosen() {
    if (!several) {
      field.value = current()[0]?.text ?? "";
      return;
    }
    chosen.replaceChildren(...current().map((option) => {
      const item = document.createElement("li");
      const title = document.createElement("span");
      title.textContent = option.text;
      item.append(title, button("↑", `Выше: ${option.text}`, () => move(option, -1, 1)), button("↓", `Ниже: ${option.text}`, () => move(option, 1, 2)),
        button("✕", `Убрать: ${option.text}`, () => { option.selected = false; changed(); field.focus(); say(option); }));
      item.addEventListener("keydown", (event) => {
        if (event.altKey && (event.code === "ArrowUp" || event.code === "ArrowDown")) {
          event.preventDefault();
          const button = [...item.children].indexOf(/** @type {Element} */ (document.activeElement));
          move(option, event.code === "ArrowUp" ? -1 : 1, button);
        }
      });
      dragged(item, option);
      return item;
    }));
  }

  /** @param {string} sign @param {string} name @param {() => void} act */
  function button(sign, name, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "plain";
    made.textContent = sign;
    made.setAttribute("aria-label", name);
    made.addEventListener("click", act);
    return made;
  }

  /** @param {HTMLOptionElement} option @param {number} by @param {number} [button] the one of the item to focus; none: the field */
  function move(option, by, button) {
    const all = current();
    const other = all[all.indexOf(option) + by];
    if (!other) return;
    // What is sent is in the order of the select's options.
    if (by < 0) other.before(option);
    else other.after(option);
    changed();
    const place = current().indexOf(option);
    const focused = button === undefined ? field : chosen.children[place]?.children[button];
    if (focused instanceof HTMLElement) focused.focus();
    say(option);
  }

  /** An item is dragged by its title; the buttons beside it do the same. @param {HTMLLIElement} item @param {HTMLOptionElement} option */
  function dragged(item, option) {
    const grip = /** @type {HTMLElement} */ (item.firstElementChild);
    grip.classList.add("grip");
    grip.addEventListener("pointerdown", (event) => {
      if (event.button || chosen.children.length < 2) return;
      event.preventDefault();
      grip.setPointerCapture(event.pointerId);
      item.classList.add("dragged");
    });
    grip.addEventListener("pointermove", (event) => {
      if (!grip.hasPointerCapture(event.pointerId)) return;
      // The others step aside: an item that were moved itself would lose the pointer.
      const above = item.previousElementSibling;
      const below = item.nextElementSibling;
      if (above && event.clientY < middle(above)) item.after(above);
      else if (below && event.clientY > middle(below)) item.before(below);
    });
    grip.addEventListener("pointerup", () => {
      if (!item.classList.contains("dragged")) return;
      const all = current();
      const place = [...chosen.children].indexOf(item);
      all.splice(place, 0, ...all.splice(all.indexOf(option), 1));
      select.append(...all);
      changed();
      say(option);
    });
    grip.addEventListener("pointercancel", showChosen);
  }

  /** @param {Element} item */
  function middle(item) {
    const box = item.getBoundingClientRect();
    return box.top + box.height / 2;
  }

  /** Tell those who do not see it where a value stands. @param {HTMLOptionElement} option */
  function say(option) {
    const all = current();
    const place = all.indexOf(option) + 1;
    const title = isolated(option.text);
    said.textContent = place ? `${title}: ${place} из ${all.length}` : `${title}: убрано`;
  }

  function changed() {
    showChosen();
    select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** @param {HTMLOptionElement} option */
  function take(option) {
    if (several) {
      // Behind those already chosen: options may stand in groups, so it is moved to the end of the select.
      select.append(option);
      option.selected = true;
      added = option;
      field.value = "";
    } else {
      select.value = option.value;
    }
    close();
    changed();
    if (several) say(option);
  }

  function close() {
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  }

  function open() {
    const found = matches(select, several || field.value !== (current()[0]?.text ?? "") ? field.value : "").filter((option) => !several || !option.selected);
    active = 0;
    list.replaceChildren(...found.map((option, place) => {
      const item = document.createElement("li");
      item.setAttribute("role", "option");
      item.id = `${list.id}-${place}`;
      item.textContent = option.text;
      item.addEventListener("mousedown", (event) => { event.preventDefault(); take(option); });
      return item;
    }));
    if (!found.length) {
      const nothing = document.createElement("li");
      nothing.setAttribute("role", "option");
      nothing.setAttribute("aria-disabled", "true");
      nothing.textContent = "Ничего не найдено";
      list.append(nothing);
    }
    list.hidden = false;
    field.setAttribute("aria-expanded", "true");
    if (found.length) mark();
    else field.removeAttribute("aria-activedescendant");
    return found;
  }

  function mark() {
    [...list.children].forEach((item, place) => item.setAttribute("aria-selected", String(place === active)));
    const item = list.children[active];
    if (item) field.setAttribute("aria-activedescendant", item.id);
    item?.scrollIntoView({ block: "nearest" });
  }

  /** @type {HTMLOptionElement[]} */
  let found = [];
  field.addEventListener("input", () => { found = open(); });
  field.addEventListener("focus", () => { if (!several) field.select(); });
  field.addEventListener("blur", () => { close(); if (!several) showChosen(); });
  field.addEventListener("keydown", (event) => {
    if (several && event.altKey && (event.code === "ArrowDown" || event.code === "ArrowUp")) {
      event.preventDefault();
      const last = current().find((option) => option === added) ?? current().at(-1);
      if (last) move(last, event.code === "ArrowUp" ? -1 : 1);
    } else if (event.code === "ArrowDown" || event.code === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) found = open();
      else if (found.length) active = (active + (event.code === "ArrowDown" ? 1 : found.length - 1)) % found.length;
      if (found.length) mark();
    } else if (event.code === "Enter" && !event.ctrlKey && !event.metaKey) {
      if (!list.hidden && found[active]) {
        event.preventDefault();
        take(found[active]);
      } else if (field.value && several) event.preventDefault();
    } else if (event.code === "Escape" && !list.hidden) {
      event.stopPropagation();
      close();
    } else if (event.code === "Backspace" && several && !field.value) {
      const last = current().at(-1);
      if (last) { last.selected = false; changed(); say(last); }
    }
  });
  select.addEventListener("suggested", (event) => {
    const option = [...select.options].find((one) => one.value === /** @type {CustomEvent<string>} */ (event).detail);
    if (option && !(several && option.selected)) take(option);
  });
  showChosen();
}

/** @param {ParentNode} root */
export function enhanceAll(root) {
  for (const select of root.querySelectorAll("select[data-sequence]:not([hidden]), select[data-pick]:not([hidden])")) enhance(/** @type {HTMLSelectElement} */ (select));
}
