/** Slack's mrkdwn as elements. It is other people's text: it becomes text nodes and a fixed set of elements. */

import { emoji } from "./emoji.js";
import { fragment, h, link, safeUrl } from "./dom.js";
import { channelName, now, workspace, zone } from "./state.js";
import { fillDate, inUtc } from "./time.js";

const SPAN = 1500; // characters at most between two marks, so that a wall of asterisks cannot stall the page
const marked = (mark) => `(?<![\\w${mark}])${mark}(?=[^\\s${mark}])([^\\n]{0,${SPAN}}?[^\\s])${mark}(?![\\w${mark}])`;
const INLINE = new RegExp(
  [
    "`([^`\\n]+)`", // 1 code
    "<([^<>\\n]+)>", // 2 link, mention or date
    marked("\\*"), // 3 bold
    marked("_"), // 4 italic
    marked("~"), // 5 strike
    ":([a-z0-9_+-]+):", // 6 emoji
    "(https?:\\/\\/[^\\s<>|]+[^\\s<>|.,;:!?)'\"])", // 7 bare address
  ].join("|"),
  "g",
);
const QUOTE = /^(?:>|&gt;)\s?/;
const ITEM = /^(\s*)([•◦▪‣-]|\d{1,3}[.)])\s+(.*)$/;

/** Undo the three escapes of Slack's text. */
export const unescaped = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

/** Render a text object or a string: `plain_text` shows as typed (with its emoji), all else is read as mrkdwn. */
export function textOf(text) {
  if (text === null || text === undefined) return fragment();
  if (typeof text === "string") return mrkdwn(text);
  return text.type === "plain_text" ? plain(text.text ?? "") : mrkdwn(text.text ?? "");
}

/** Render plain text: emoji names become emoji, nothing else changes. */
export function plain(text) {
  const parts = text.split(/:([a-z0-9_+-]+):/);
  return fragment(parts.map((part, index) => (index % 2 ? emojiNode(part) : unescaped(part))));
}

/** Render mrkdwn: code blocks and quotes, then lines, then what is marked inside a line. */
export function mrkdwn(text) {
  const parts = text.split(/```\n?([\s\S]+?)\n?```/);
  return fragment(
    parts.map((part, index) => {
      if (index % 2) return h("pre", { tabindex: "0" }, unescaped(part));
      const [before, after] = [index > 0, index < parts.length - 1];
      return lines(part.replace(before ? /^\n/ : /^$/, "").replace(after ? /\n$/ : /^$/, ""));
    }),
  );
}

function lines(text) {
  const blocks = [];
  const add = (kind, content) => {
    const last = blocks.at(-1);
    if (last?.kind === kind && kind !== "item") last.lines.push(content);
    else blocks.push({ kind, lines: [content] });
  };
  for (const line of text.split("\n")) {
    if (QUOTE.test(line)) add("quote", line.replace(QUOTE, ""));
    else add(ITEM.test(line) ? "item" : "text", line);
  }
  return blocks.map(({ kind, lines: held }) => {
    if (kind === "quote") return h("blockquote", {}, inline(held.join("\n")));
    if (kind === "item") return item(held[0]);
    const joined = held.join("\n");
    return joined && h("div", { class: "lines", dir: "auto" }, inline(joined));
  });
}

function item(line) {
  const [, indent, marker, rest] = ITEM.exec(line);
  return h(
    "div",
    { class: indent.length > 1 ? "item deep" : "item", dir: "auto" },
    h("span", { class: "marker" }, marker),
    h("span", {}, inline(rest)),
  );
}

function inline(text) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    nodes.push(unescaped(text.slice(from, match.index)), inlineNode(match));
    from = match.index + match[0].length;
  }
  nodes.push(unescaped(text.slice(from)));
  return nodes;
}

function inlineNode([whole, code, angle, bold, italic, strike, name, address]) {
  if (code !== undefined) return h("code", {}, unescaped(code));
  if (angle !== undefined) return angled(angle) ?? unescaped(whole);
  if (bold !== undefined) return h("strong", {}, inline(bold));
  if (italic !== undefined) return h("em", {}, inline(italic));
  if (strike !== undefined) return h("s", {}, inline(strike));
  if (name !== undefined) return emojiNode(name);
  return link(unescaped(address), unescaped(address));
}

function angled(content) {
  const bar = content.indexOf("|");
  const target = bar < 0 ? content : content.slice(0, bar);
  const label = bar < 0 ? null : content.slice(bar + 1);
  if (/^@[UW]\w+$/.test(target)) return personNode(target.slice(1), label);
  if (/^#[CG]\w+$/.test(target)) return channelNode(target.slice(1), label);
  if (/^!(here|channel|everyone)$/.test(target)) return mention(`@${target.slice(1)}`, true);
  if (target.startsWith("!subteam^")) return mention(label ? unescaped(label) : "@team", false);
  if (target.startsWith("!date^")) return dateNode(target.split("^"), label ?? "");
  if (!safeUrl(unescaped(target)) || target.startsWith("/")) return null;
  return link(unescaped(target), label === null ? unescaped(target).replace(/^(mailto|tel):/, "") : inline(label));
}

const mention = (text, mine) => h("bdi", { class: mine ? "mention mine" : "mention" }, text);

/** Show a person by name; a *label* stands in for someone this workspace does not know. */
export function personNode(id, label) {
  const name = workspace.people.get(id)?.short ?? (id === workspace.bot.user_id ? workspace.bot.name : null);
  return mention(`@${name ?? label ?? id}`, id === workspace.me);
}

/** Show a channel as a link to it, or as plain words if the acting person cannot see it. */
export function channelNode(id, label) {
  const channel = workspace.channels.get(id);
  if (!channel) return mention(label ? `#${unescaped(label)}` : "a private channel", false);
  return h("a", { class: "mention", href: `#${id}` }, `#${channelName(channel)}`);
}

/** Show an emoji by its character, named for a screen reader; a name we do not know stays `:as_typed:`. */
export function emojiNode(name) {
  const character = emoji(name);
  return character
    ? h("span", { class: "emoji", role: "img", "aria-label": name.replaceAll("_", " "), title: `:${name}:` }, character)
    : `:${name}:`;
}

function dateNode([, seconds, template, url], fallback) {
  if (!/^\d{1,11}$/.test(seconds ?? "") || !template) return unescaped(fallback);
  const time = h("time", {
    datetime: new Date(seconds * 1000).toISOString(),
    title: inUtc(Number(seconds)),
    data: { seconds, template: unescaped(template) },
  });
  tellTime(time);
  return url ? link(unescaped(url), time) : time;
}

function tellTime(time) {
  time.textContent = fillDate(time.dataset.template, Number(time.dataset.seconds), zone(), now());
}

/** Say the time again in everything under *root* that tells it, for "3 minutes ago" and "today". */
export function retellTimes(root) {
  root.querySelectorAll("time[data-template]").forEach(tellTime);
}
