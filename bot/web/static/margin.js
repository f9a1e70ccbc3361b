// Notes beside the lines that they are about. A copy of the text behind the field, with the same letters and breaks,
// marks each passage and tells at which height it stands.

import { moved, unitsBefore } from "./edits.js";

const GAP = 8; // px between notes

export class Margin {
  constructor(area, backdrop, margin) {
    Object.assign(this, { area, backdrop, margin });
    this.notes = [];
    new ResizeObserver(() => this.place()).observe(area.parentElement);
  }

  /** Take in which notes there are now. */
  collect() {
    this.notes = [...this.margin.querySelectorAll(".note[data-start]")].map((element) => ({
      element,
      start: Number(element.dataset.start),
      end: Number(element.dataset.end),
    }));
    this.place();
  }

  /** Move every passage with an edit of the text. */
  edited(edit) {
    for (const note of this.notes) {
      note.start = moved(note.start, edit);
      note.end = Math.max(note.start, moved(note.end, edit));
      Object.assign(note.element.dataset, { start: note.start, end: note.end });
      for (const button of note.element.querySelectorAll("[data-from]")) {
        button.dataset.from = moved(Number(button.dataset.from), edit);
        button.dataset.to = moved(Number(button.dataset.to), edit);
      }
    }
    this.place();
  }

  /** Put every note at the height of its passage, or below the one before. */
  place() {
    this.draw();
    const beside = getComputedStyle(this.margin).position === "relative";
    this.margin.classList.toggle("beside", beside);
    const notes = [...this.margin.querySelectorAll(".note, .settled, .empty")];
    const heights = new Map(this.notes.map((note) => [note.element, note.mark?.offsetTop ?? 0]));
    let floor = 0;
    const apart = (element) => (element.open && Number(element.dataset.top)) || Infinity;
    const order = notes.map((element, at) => ({
      element,
      at,
      top: heights.get(element) ?? (element.matches(".new, .settled") ? apart(element) : 0),
    }));
    const tall = new Map(notes.map((element) => [element, element.offsetHeight])); // read before anything is moved
    order.sort((one, other) => one.top - other.top || one.at - other.at);
    for (const { element, top } of order) {
      if (!beside) {
        element.style.top = "";
        continue;
      }
      const at = Math.max(floor, top === Infinity ? floor : top);
      element.style.top = `${at}px`;
      floor = at + tall.get(element) + GAP;
    }
    this.margin.style.minHeight = beside ? `${floor}px` : "";
  }

  draw() {
    const text = this.area.value;
    const pieces = [];
    let at = 0;
    for (const note of [...this.notes].sort((one, other) => one.start - other.start || one.end - other.end)) {
      const start = Math.max(at, unitsBefore(text, note.start));
      const end = Math.max(start, unitsBefore(text, note.end));
      const mark = document.createElement("mark");
      mark.className = note.element.classList.contains("comment") ? "comment" : "finding";
      mark.textContent = text.slice(start, end);
      pieces.push(text.slice(at, start), mark);
      note.mark = mark;
      at = end;
    }
    this.backdrop.replaceChildren(...pieces, `${text.slice(at)}\n`);
  }

  /** Return at which height a place in the text stands, in px from the top of the field. */
  heightAt(units) {
    const mark = document.createElement("mark");
    const probe = this.backdrop.cloneNode(false);
    probe.append(this.area.value.slice(0, units), mark);
    this.backdrop.after(probe);
    const top = mark.offsetTop + mark.offsetHeight;
    probe.remove();
    return top;
  }
}
