// A command that is taken and not applied yet: the page asks until its outcome is known, less often as time goes by.

const FIRST = 1500; // milliseconds
const LAST = 15_000;
const GIVE_UP = 10 * 60_000;

/** Begin to ask while the page says that something is taken. */
export function askUntilApplied() {
  /** @type {number | undefined} */
  let waiting;
  let pause = FIRST;
  let asked = 0;

  function ask() {
    clearTimeout(waiting);
    const part = document.querySelector("[data-taken]")?.closest("[data-live]");
    if (!part) {
      pause = FIRST;
      asked = 0;
      return;
    }
    if (asked > GIVE_UP) return;
    waiting = setTimeout(() => {
      asked += pause;
      pause = Math.min(LAST, pause * 1.5);
      part.dispatchEvent(new CustomEvent("live"));
      ask();
    }, pause);
  }

  ask();
  document.addEventListener("htmx:after:swap", ask);
}
