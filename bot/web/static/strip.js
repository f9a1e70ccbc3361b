// The picture of a timeline, drawn anew for the part that somebody zooms to. It reads numbers alone: when each entry
// was, the marks, and the long silences, which take little room unless they are to be seen to scale.

const SVG = "http://www.w3.org/2000/svg";
const EDGE = 24; // pixels left and right of the axis
const LANE = 22;
const SILENCE = 0.05; // of the width, at most
const STEPS = [1, 2, 5, 10, 15, 30, 60, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 172800, 604800, 2592000];
const CLOSEST = 20; // seconds that fill the picture when it is zoomed in all the way
const TONES = { ink: "currentColor", faint: "currentColor", hurt: "#d6543c" };

const summed = (steps) => {
  let sum = 0;
  return steps.map((step) => (sum += step));
};
const limited = (value, least, most) => Math.max(least, Math.min(most, value));
const two = (number) => String(number).padStart(2, "0");

// Stretches of time, each [from, to, left, right], so that the whole is one wide.
function stretches(end, silences, toScale) {
  if (toScale || !silences.length) return [[0, end, 0, 1]];
  const quiet = Math.min(SILENCE * silences.length, 0.5);
  const told = end - silences.reduce((sum, [from, to]) => sum + to - from, 0);
  const found = [];
  let at = 0;
  let left = 0;
  const add = (from, to, width) => {
    found.push([from, to, left, left + width]);
    left += width;
  };
  for (const [from, to] of silences) {
    if (from > at) add(at, from, told ? ((1 - quiet) * (from - at)) / told : 0);
    add(from, to, (told ? quiet : 1) / silences.length);
    at = to;
  }
  if (end > at) add(at, end, told ? ((1 - quiet) * (end - at)) / told : 0);
  return found;
}

class Strip {
  constructor(place) {
    this.place = place;
    const told = JSON.parse(place.dataset.strip);
    this.start = told.start;
    this.end = told.end;
    this.times = summed(told.times);
    this.entries = summed(told.entries);
    Object.assign(this, { marks: told.marks, hurt: told.hurt, silences: told.silences });
    this.toScale = place.dataset.scale === "1";
    this.svg = place.querySelector("svg");
    this.output = document.querySelector(".tools .at");
    this.whole();
  }

  whole() {
    this.pieces = stretches(this.end, this.silences, this.toScale);
    this.from = 0;
    this.to = 1;
  }

  // From seconds to a part of the whole, and back.
  part(at) {
    const piece = this.pieces.find(([, to]) => at <= to) ?? this.pieces.at(-1);
    return piece[2] + ((piece[3] - piece[2]) * (at - piece[0])) / (piece[1] - piece[0] || 1);
  }

  seconds(part) {
    const piece = this.pieces.find(([, , , right]) => part <= right) ?? this.pieces.at(-1);
    return piece[0] + ((piece[1] - piece[0]) * (part - piece[2])) / (piece[3] - piece[2] || 1);
  }

  x(at) {
    return EDGE + ((this.width - 2 * EDGE) * (this.part(at) - this.from)) / (this.to - this.from);
  }

  under(x) {
    return this.from + ((this.to - this.from) * (x - EDGE)) / (this.width - 2 * EDGE);
  }

  zoom(factor, around = (this.from + this.to) / 2) {
    const least = Math.min(1, CLOSEST / (this.end || 1));
    const width = limited((this.to - this.from) * factor, least, 1);
    const left = limited(around - ((around - this.from) * width) / (this.to - this.from), 0, 1 - width);
    [this.from, this.to] = [left, left + width];
    this.draw();
  }

  move(by) {
    const width = this.to - this.from;
    this.from = limited(this.from + by * width, 0, 1 - width);
    this.to = this.from + width;
    this.draw();
  }

  shape(name, attributes, text) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text !== undefined) made.textContent = text;
    this.drawing.append(made);
    return made;
  }

  line(x1, y1, x2, y2, thickness, tone) {
    const opacity = tone === "faint" ? 0.45 : 1;
    this.shape("line", { x1, y1, x2, y2, "stroke-width": thickness, stroke: TONES[tone], opacity });
  }

  label(x, y, text, align = "middle", size = 12) {
    this.shape("text", { x, y, "font-size": size, "text-anchor": align, fill: TONES.ink }, text);
  }

  draw() {
    this.width = Math.max(240, this.place.clientWidth - 8);
    this.drawing = document.createElementNS(SVG, "g");
    const seen = this.marks
      .map(([name, at]) => ({ name: `${name} ${this.clock(at)}`, x: this.x(at), lane: 0 }))
      .filter(({ x }) => x >= EDGE - 1 && x <= this.width - EDGE + 1);
    const lanes = this.stack(seen);
    const axis = 14 + LANE * lanes;
    if (this.hurt) this.within(this.hurt, (left, right) => this.line(left, axis, right, axis, 8, "hurt"));
    this.line(EDGE, axis, this.width - EDGE, axis, 2, "ink");
    this.scale(axis);
    this.strokes(axis);
    for (const { name, x, lane, flipped } of seen) {
      const y = axis - 10 - LANE * lane;
      this.line(x, axis, x, y - 10, 1.5, "faint");
      this.shape("circle", { cx: x, cy: axis, r: 4.5, fill: TONES.ink });
      this.label(x + (flipped ? -5 : 5), y, name, flipped ? "end" : "start", 13);
    }
    const height = axis + 62;
    this.svg.setAttribute("viewBox", `0 0 ${this.width} ${height}`);
    this.svg.setAttribute("height", height);
    this.svg.replaceChildren(this.drawing);
    this.tell();
  }

  // Captions that would cover one another go one above the other.
  stack(seen) {
    const taken = [];
    for (const mark of seen.toReversed()) {
      const width = 7 * mark.name.length + 12;
      mark.flipped = mark.x + width > this.width;
      const [left, right] = mark.flipped ? [mark.x - width, mark.x] : [mark.x, mark.x + width];
      while (taken.some(([lane, from, to]) => lane === mark.lane && left < to && from < right)) mark.lane += 1;
      taken.push([mark.lane, left, right]);
    }
    return 1 + Math.max(0, ...seen.map(({ lane }) => lane));
  }

  within([from, to], draw) {
    const left = limited(this.x(from), EDGE, this.width - EDGE);
    const right = limited(this.x(to), EDGE, this.width - EDGE);
    if (right > left) draw(left, right);
  }

  scale(axis) {
    const silent = new Set(this.toScale ? [] : this.silences.map(([from]) => from));
    let last = -99;
    let day = "";
    for (const piece of this.pieces) {
      this.within(piece, (left, right) => {
        if (silent.has(piece[0])) {
          this.line(left + 2, axis, right - 2, axis, 4, "faint");
          if (right - left > 26) this.label((left + right) / 2, axis + 24, this.span(piece[1] - piece[0]), "middle", 11);
          return;
        }
        const [from, to] = [this.seconds(this.under(left)), this.seconds(this.under(right))];
        const most = Math.max(1, (right - left) / 68);
        const step = STEPS.find((each) => (to - from) / each <= most) ?? STEPS.at(-1);
        const first = Math.ceil((this.start + from) / step) * step - this.start;
        for (let at = first; at <= to; at += step) {
          const x = this.x(at);
          this.line(x, axis, x, axis + 7, 2, "ink");
          if (x - last < 50 || x > this.width - 22) continue;
          this.label(x, axis + 40, this.clock(at, step < 60));
          last = x;
          const date = this.date(at);
          if (date !== day) this.label(Math.max(x, EDGE + 18), axis + 56, date);
          day = date;
        }
      });
    }
  }

  // One stroke for all entries of one pixel, as one path.
  strokes(axis) {
    const columns = new Set();
    for (const at of this.times) {
      const x = Math.round(this.x(at));
      if (x >= EDGE - 1 && x <= this.width - EDGE + 1) columns.add(x);
    }
    const path = [...columns].map((x) => `M${x} ${axis + 12}v12`).join("");
    this.shape("path", { d: path, stroke: TONES.ink, "stroke-width": 2, fill: "none" });
  }

  // The entry nearest to a place, if one is near.
  nearest(x) {
    let found = -1;
    let least = 12;
    this.times.forEach((at, place) => {
      const away = Math.abs(this.x(at) - x);
      if (away < least) [found, least] = [place, away];
    });
    return found;
  }

  tell(x) {
    const near = x === undefined ? -1 : this.nearest(x);
    if (near >= 0) {
      this.output.textContent = `#${this.entries[near]} at ${this.clock(this.times[near], true)}`;
      return;
    }
    const [from, to] = [this.seconds(this.from), this.seconds(this.to)];
    const shown = this.times.filter((at) => at >= from - 1 && at <= to + 1).length;
    this.output.textContent = `${this.clock(from)} to ${this.clock(to)}, ${shown} of ${this.times.length} entries`;
  }

  clock(at, seconds = false) {
    const moment = new Date((this.start + at) * 1000);
    const minute = `${two(moment.getUTCHours())}:${two(moment.getUTCMinutes())}`;
    return seconds ? `${minute}:${two(moment.getUTCSeconds())}` : minute;
  }

  date(at) {
    return new Date((this.start + at) * 1000).toISOString().slice(0, 10);
  }

  span(seconds) {
    if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
    return seconds < 172800 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86400)} d`;
  }
}

const place = document.getElementById("strip");
if (place) {
  const strip = new Strip(place);
  const acts = {
    in: () => strip.zoom(0.5),
    out: () => strip.zoom(2),
    left: () => strip.move(-0.25),
    right: () => strip.move(0.25),
    whole: () => {
      strip.whole();
      strip.draw();
    },
  };
  const keys = { "+": "in", "=": "in", "-": "out", ArrowLeft: "left", ArrowRight: "right", 0: "whole" };
  const tools = document.querySelector(".zooms");
  tools.hidden = false;
  tools.addEventListener("click", (event) => acts[event.target.dataset.zoom]?.());
  document.getElementById("scale").addEventListener("click", (event) => {
    event.preventDefault();
    strip.toScale = !strip.toScale;
    event.target.textContent = strip.toScale ? "Long silences short" : "Silences to scale";
    acts.whole();
  });
  place.addEventListener("keydown", (event) => {
    const act = acts[keys[event.key]];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  });
  const under = (event) => event.clientX - strip.svg.getBoundingClientRect().left;
  // The page scrolls as ever, unless the picture has the focus or a pinch asks for more.
  place.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey && document.activeElement !== place) return;
      event.preventDefault();
      if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) strip.move(event.deltaX / strip.width);
      else strip.zoom(Math.exp(limited(event.deltaY, -120, 120) / 240), strip.under(under(event)));
    },
    { passive: false },
  );
  let held = null;
  place.addEventListener("pointerdown", (event) => {
    held = { x: event.clientX, moved: false };
  });
  place.addEventListener("pointermove", (event) => {
    if (held && event.buttons) {
      const by = event.clientX - held.x;
      if (!held.moved && Math.abs(by) < 4) return;
      if (!held.moved) place.setPointerCapture(event.pointerId);
      held = { x: event.clientX, moved: true };
      strip.move(-by / (strip.width - 2 * EDGE));
    } else {
      strip.tell(under(event));
    }
  });
  place.addEventListener("pointerup", (event) => {
    const near = held && !held.moved ? strip.nearest(under(event)) : -1;
    held = null;
    if (near >= 0) location.hash = `#entry-${strip.entries[near]}`;
  });
  place.addEventListener("pointercancel", () => {
    held = null;
  });
  place.addEventListener("pointerleave", () => strip.tell());
  new ResizeObserver(() => strip.draw()).observe(place);
}
