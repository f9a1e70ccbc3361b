// Undoing what was typed here, and nothing of what others wrote meanwhile: what would be taken back is moved along with
// every edit of theirs. A browser forgets its own history whenever somebody else's words are put into the field.

import { composed, endOf, inverted, moved, startOf, transformed } from "./edits.js";

const TOGETHER = 700; // ms; keys that follow each other this closely, at one place, are undone as one
const LONGEST = 3000; // ms of them
const MOST = 500;

export class Undo {
  constructor() {
    this.done = [];
    this.undone = [];
    this.began = 0;
    this.last = 0;
    this.place = 0;
  }

  /** Take in what was typed in a text. */
  typed(edit, before, now = Date.now()) {
    const back = inverted(edit, before);
    const goesOn = now - this.last < TOGETHER && now - this.began < LONGEST && Math.abs(startOf(edit) - this.place) < 2;
    if (goesOn && this.done.length) this.done.push(composed(back, this.done.pop()));
    else {
      this.done.push(back);
      this.began = now;
    }
    if (this.done.length > MOST) this.done.shift();
    this.undone = [];
    this.last = now;
    this.place = endOf(edit);
  }

  /** Move everything along with what others made of the text. */
  others(edit) {
    this.place = moved(this.place, edit);
    for (const stack of [this.done, this.undone]) {
      let theirs = edit;
      for (let at = stack.length - 1; at >= 0; at -= 1) {
        const mine = stack[at];
        stack[at] = transformed(mine, theirs);
        theirs = transformed(theirs, mine, true);
      }
    }
  }

  /** Return the edit that undoes what was typed last, or null. */
  undo(text) {
    return this.move(this.done, this.undone, text);
  }

  /** Return the edit that does again what was undone last, or null. */
  redo(text) {
    return this.move(this.undone, this.done, text);
  }

  move(from, to, text) {
    this.last = 0;
    const edit = from.pop() ?? null;
    if (edit) to.push(inverted(edit, text));
    return edit;
  }
}
