/** Markdown as elements, for reading a postmortem where it was posted. */

import { fragment, h, link } from "./dom.js";

const FENCE = /^(`{3}|~{3})\s*$/;
const INLINE =
  /`([^`]+)`|\*\*([^*]+)\*\*|__([^_]+)__|\*([^*\s][^*]*)\*|\[([^\]]+)\]\(([^)\s]+)\)|\\([\\`*_{}[\]()#+.!|<>~-])/g;

/** Each kind of block: how its first line looks, and how its lines become an element. */
const KINDS = [
  { opens: /^(`{3}|~{3})/, closes: FENCE, make: fenced },
  { opens: /^#{1,6}\s/, make: heading, single: true },
  { opens: /^(-{3,}|\*{3,}|_{3,})\s*$/, make: () => h("hr", {}), single: true },
  { opens: /^\s*\|.*\|\s*$/, make: table },
  {
    opens: /^>\s?/,
    make: (lines) => h("blockquote", {}, markdown(lines.map((line) => line.replace(/^>\s?/, "")).join("\n"))),
  },
  { opens: /^\s*([-*+]|\d+[.)])\s/, also: /^\s{2,}\S/, make: list },
];

const PARAGRAPH = { make: (lines) => h("p", { dir: "auto" }, inline(lines.join(" "))) };
const BLANK = { make: () => null, single: true };

/** Render *text*. HTML in it is shown as typed, never obeyed. */
export function markdown(text) {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  const blocks = [];
  for (let at = 0; at < lines.length;) {
    const kind = lines[at].trim() ? (KINDS.find(({ opens }) => opens.test(lines[at])) ?? PARAGRAPH) : BLANK;
    const end = endOf(kind, lines, at);
    blocks.push(kind.make(lines.slice(at, end)));
    at = end;
  }
  return fragment(blocks);
}

function endOf(kind, lines, at) {
  let end = at + 1;
  if (kind.single) return end;
  if (kind.closes) {
    while (end < lines.length && !kind.closes.test(lines[end])) end += 1;
    return Math.min(end + 1, lines.length);
  }
  const goesOn = kind === PARAGRAPH ? isPlain : (line) => kind.opens.test(line) || kind.also?.test(line);
  while (end < lines.length && goesOn(lines[end])) end += 1;
  return end;
}

const isPlain = (line) => line.trim() && !KINDS.some(({ opens }) => opens.test(line));

function fenced(lines) {
  return h("pre", { tabindex: "0" }, lines.slice(1, FENCE.test(lines.at(-1)) ? -1 : undefined).join("\n"));
}

function heading([line]) {
  const [, marks, words] = /^(#+)\s+(.*?)\s*#*$/.exec(line);
  return h(`h${Math.min(marks.length + 2, 6)}`, { class: `md-${marks.length}` }, inline(words));
}

function table(lines) {
  const rows = lines.map((line) =>
    line
      .trim()
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim()),
  );
  const isRule = (row) => row.every((cell) => /^:?-+:?$/.test(cell));
  const cells = (row, tag) =>
    h(
      "tr",
      {},
      row.map((cell) => h(tag, {}, inline(cell))),
    );
  const hasHead = rows.length > 1 && isRule(rows[1]);
  const body = rows.slice(hasHead ? 2 : 0).map((row) => cells(row, "td"));
  return h(
    "div",
    { class: "table", tabindex: "0" },
    h("table", {}, hasHead && h("thead", {}, cells(rows[0], "th")), h("tbody", {}, body)),
  );
}

function list(lines) {
  const items = [];
  for (const line of lines) {
    const [, indent, , words] = /^(\s*)([-*+]|\d+[.)])\s+(.*)$/.exec(line) ?? [];
    if (words === undefined) items.at(-1).words += ` ${line.trim()}`;
    else items.push({ words, deep: indent.length > 1 });
  }
  const tag = /^\s*\d/.test(lines[0]) ? "ol" : "ul";
  return h(
    tag,
    {},
    items.map(({ words, deep }) => h("li", { class: deep ? "deep" : null }, task(words))),
  );
}

function task(words) {
  const [, mark, rest] = /^\[([ xX])\]\s+(.*)$/.exec(words) ?? [];
  return mark === undefined ? inline(words) : [mark === " " ? "☐ " : "☑ ", inline(rest)];
}

function inline(text) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    const [whole, code, strong, strong2, em, label, url, escaped] = match;
    nodes.push(text.slice(from, match.index));
    if (code) nodes.push(h("code", {}, code));
    else if (strong || strong2) nodes.push(h("strong", {}, inline(strong || strong2)));
    else if (em) nodes.push(h("em", {}, inline(em)));
    else if (label) nodes.push(link(url, inline(label)));
    else nodes.push(escaped);
    from = match.index + whole.length;
  }
  return [...nodes, text.slice(from)];
}
