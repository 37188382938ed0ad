// Asks the server for something from a page that stays open, and tells the page where its sign-in has ended.

/** By which the server knows that a script asks: it answers 401, and sends nobody to another page. */
export const BY_SCRIPT = { "HX-Request": "true" };

/** @param {string} address @param {RequestInit} [how] */
export async function ask(address, how = {}) {
  const answer = await fetch(address, { redirect: "manual", ...how, headers: { ...BY_SCRIPT, ...how.headers } });
  if (answer.status === 401) document.dispatchEvent(new CustomEvent("otklik:signed-out"));
  return answer;
}
