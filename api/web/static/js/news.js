// New work and notices: a short tone, and their number in the title of a tab that nobody looks at. Each can be switched off,
// in this browser (the profile has the switches).

const SOUND = "otklik-sound";
const BADGE = "otklik-badge";
const AT_ONCE = 1500; // milliseconds: what comes together sounds once
const NUMBER = /^\((\d+)\) /;

/** @param {string} name */
const isOn = (name) => localStorage.getItem(name) !== "off";
/** Browsers let a page sound once somebody has touched it. */
let touched = false;
let rangAt = 0;
let unseen = 0;
/** @type {AudioContext | undefined} */
let audio;

/** Two soft tones, a fifth of a second. */
async function ring() {
  audio ??= new AudioContext();
  if (audio.state === "suspended") await audio.resume();
  const begin = audio.currentTime;
  [660, 880].forEach((pitch, place) => {
    const at = begin + place * 0.1;
    const tone = new OscillatorNode(/** @type {AudioContext} */ (audio), { type: "sine", frequency: pitch });
    const loud = new GainNode(/** @type {AudioContext} */ (audio), { gain: 0 });
    loud.gain.setValueAtTime(0, at);
    loud.gain.linearRampToValueAtTime(0.12, at + 0.015);
    loud.gain.exponentialRampToValueAtTime(0.001, at + 0.16);
    tone.connect(loud).connect(/** @type {AudioContext} */ (audio).destination);
    tone.start(at);
    tone.stop(at + 0.17);
  });
  document.dispatchEvent(new CustomEvent("otklik:rang"));
}

/** The title of the queue has the number of its rows, and no other. */
const countsItself = () => location.pathname === "/";

function showBadge() {
  if (countsItself()) return;
  const bare = document.title.replace(NUMBER, "");
  const title = unseen && isOn(BADGE) ? `(${unseen}) ${bare}` : bare;
  if (document.title !== title) document.title = title;
}

function seen() {
  unseen = 0;
  showBadge();
}

/** @param {boolean} rings whether it is this page that sounds, of all that are open */
function tell(rings) {
  const now = Date.now();
  if (document.hidden || !document.hasFocus()) unseen += 1;
  showBadge();
  if (!rings || !touched || !isOn(SOUND) || now - rangAt < AT_ONCE) return;
  rangAt = now;
  ring().catch(() => undefined);
}

function switches() {
  const section = document.querySelector("[data-switches]");
  section?.removeAttribute("hidden");
  for (const box of section?.querySelectorAll("input") ?? []) {
    const name = `otklik-${box.name}`;
    box.checked = isOn(name);
    box.addEventListener("change", () => {
      localStorage.setItem(name, box.checked ? "on" : "off");
      showBadge();
    });
  }
  section?.querySelector("button")?.addEventListener("click", () => ring().catch(() => undefined));
}

/** Begin to tell. */
export function tellNews() {
  if (!document.body.dataset.signedIn) return;
  switches();
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => { touched = true; }, { once: true, capture: true });
  addEventListener("focus", seen);
  let rows = Number(NUMBER.exec(document.title)?.[1] ?? 0);
  document.addEventListener("otklik:told", (event) => tell(/** @type {CustomEvent} */ (event).detail.rings));
  document.addEventListener("htmx:after:swap", () => setTimeout(() => {
    showBadge();
    // Work that comes without a notice: a message that is to be routed.
    const now = Number(NUMBER.exec(document.title)?.[1] ?? 0);
    if (countsItself() && now > rows) tell(true);
    rows = now;
  }));
}
