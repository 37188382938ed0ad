const MARKS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const TURNING = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1eeff}]/u;

/** A text for a line of official words, as `store.direction` has it: nothing in it moves what stands beside it. @param {string} text */
export function isolated(text) {
  const bare = text.replace(MARKS, "");
  return TURNING.test(bare) ? `\u2068${bare}\u2069` : bare;
}
