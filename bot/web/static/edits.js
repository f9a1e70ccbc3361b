// Edits of a text, as bot/core/edits.py has them: a positive number keeps so many characters, a negative one deletes
// so many, a text is inserted. Characters are code points, in a textarea they are UTF-16 units: see `unitsBefore`.

const SURROGATE = /[\ud800-\udfff]/;

/** Return a text as something whose length and slices count code points. */
const points = (text) => (SURROGATE.test(text) ? Array.from(text) : text);
const written = (slice) => (typeof slice === "string" ? slice : slice.join(""));

/** Return how many characters a text has. */
export const lengthOf = (text) => points(text).length;

const size = (part) => (typeof part === "string" ? lengthOf(part) : Math.abs(part));

/** Return a text as an edit makes it. */
export function changed(text, edit) {
  const from = points(text);
  let at = 0;
  let made = "";
  for (const part of edit) {
    if (typeof part === "string") made += part;
    else {
      if (part > 0) made += written(from.slice(at, at + part));
      at += Math.abs(part);
    }
  }
  if (at !== from.length) throw new Error(`an edit of ${at} characters, and there are ${from.length}`);
  return made;
}

/** Return parts with neighbours joined; what is inserted and deleted at one place is inserted first. */
function joined(parts) {
  const made = [];
  for (const part of parts) {
    if (part === 0 || part === "") continue;
    let at = made.length;
    const isText = typeof part === "string";
    if (isText && at && typeof made[at - 1] === "number" && made[at - 1] < 0) at -= 1;
    const before = at ? made[at - 1] : undefined;
    if (isText && typeof before === "string") made[at - 1] = before + part;
    else if (isText) made.splice(at, 0, part);
    else if (typeof before === "number" && before > 0 === part > 0) made[at - 1] = before + part;
    else made.push(part);
  }
  return made;
}

/** Stands at one part of an edit. */
class Walk {
  constructor(edit) {
    this.edit = edit;
    this.next = 0;
    this.step();
  }

  step() {
    this.part = this.edit[this.next];
    this.next += 1;
  }

  get isText() {
    return typeof this.part === "string";
  }

  /** Go on by so many characters, and return those of a text. */
  pass(count) {
    const left = size(this.part) - count;
    const from = this.isText ? points(this.part) : "";
    const passed = written(from.slice(0, count));
    if (!left) this.step();
    else if (this.isText) this.part = written(from.slice(count));
    else this.part = this.part > 0 ? left : -left;
    return passed;
  }
}

/** Return an edit as it reads once another, made at the same time, has changed the text; the other's stands first. */
export function transformed(edit, other, first = false) {
  const mine = new Walk(edit);
  const theirs = new Walk(other);
  const made = [];
  while (mine.part !== undefined || theirs.part !== undefined) {
    if (mine.isText && (first || !theirs.isText)) {
      made.push(mine.part);
      mine.step();
    } else if (theirs.isText) {
      made.push(size(theirs.part));
      theirs.step();
    } else {
      const count = Math.min(Math.abs(mine.part), Math.abs(theirs.part));
      if (theirs.part > 0) made.push(mine.part > 0 ? count : -count);
      mine.pass(count);
      theirs.pass(count);
    }
  }
  return joined(made);
}

/** Return one edit that does what two do, one after the other. */
export function composed(before, after) {
  const one = new Walk(before);
  const two = new Walk(after);
  const made = [];
  while (one.part !== undefined || two.part !== undefined) {
    if (two.isText) {
      made.push(two.part);
      two.step();
    } else if (!one.isText && one.part < 0) {
      made.push(one.part);
      one.step();
    } else {
      const count = Math.min(size(one.part), Math.abs(two.part));
      const isText = one.isText;
      const text = one.pass(count);
      if (two.part > 0) made.push(isText ? text : count);
      else if (!isText) made.push(-count);
      two.pass(count);
    }
  }
  return joined(made);
}

/** Return the edit that takes an edit of a text back. */
export function inverted(edit, text) {
  const from = points(text);
  const made = [];
  let at = 0;
  for (const part of edit) {
    if (typeof part === "string") made.push(-lengthOf(part));
    else {
      made.push(part > 0 ? part : written(from.slice(at, at - part)));
      at += Math.abs(part);
    }
  }
  return joined(made);
}

/** Return the edit that makes one text of another: what is between their common beginning and their common end. */
export function between(before, after) {
  const least = Math.min(before.length, after.length);
  let start = 0;
  while (start < least && before[start] === after[start]) start += 1;
  if (start && /[\ud800-\udbff]/.test(before[start - 1])) start -= 1;
  let end = 0;
  while (end < least - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  if (end && /[\udc00-\udfff]/.test(before.at(-end))) end -= 1;
  const [removed, added] = [before, after].map((text) => text.slice(start, text.length - end));
  return joined([lengthOf(before.slice(0, start)), added, -lengthOf(removed), lengthOf(before.slice(before.length - end))]);
}

/** Return where a place in a text is after an edit; what is inserted there stands behind it. */
export function moved(place, edit) {
  let at = 0;
  let to = place;
  for (const part of edit) {
    if (typeof part === "string") to += at < place ? lengthOf(part) : 0;
    else {
      if (part < 0) to -= Math.max(0, Math.min(at - part, place) - at);
      at += Math.abs(part);
    }
  }
  return to;
}

/** Return where an edit begins: behind what it keeps first. */
export const startOf = (edit) => (typeof edit[0] === "number" && edit[0] > 0 ? edit[0] : 0);

/** Return where an edit ends: behind what it inserts or deletes last. */
export function endOf(edit) {
  const last = typeof edit.at(-1) === "number" && edit.at(-1) > 0 ? edit.slice(0, -1) : edit;
  return last.reduce((at, part) => at + (typeof part === "string" ? lengthOf(part) : Math.max(0, part)), 0);
}

/** Return the place of a character in UTF-16 units, as a textarea counts them. */
export const unitsBefore = (text, place) => (SURROGATE.test(text) ? Array.from(text).slice(0, place).join("").length : place);

/** Return a place in UTF-16 units as a number of characters. */
export const pointsBefore = (text, units) => lengthOf(text.slice(0, units));
