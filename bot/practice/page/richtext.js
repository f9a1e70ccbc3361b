/** Slack's rich_text blocks: sections, lists, quotes and preformatted text. */

import { h, link } from "./dom.js";
import { channelNode, emojiNode, personNode } from "./mrkdwn.js";
import { now, zone } from "./state.js";
import { fillDate, inUtc } from "./time.js";

const MARKS = { code: "code", bold: "strong", italic: "em", strike: "s" };

function styled(node, style) {
  return Object.entries(MARKS).reduce((inner, [mark, tag]) => (style?.[mark] ? h(tag, {}, inner) : inner), node);
}

const ELEMENTS = {
  text: (element) => element.text ?? "",
  link: (element) => link(element.url, element.text || element.url),
  user: (element) => personNode(element.user_id),
  channel: (element) => channelNode(element.channel_id),
  emoji: (element) => emojiNode(element.name ?? ""),
  broadcast: (element) => h("bdi", { class: "mention mine" }, `@${element.range}`),
  usergroup: () => h("bdi", { class: "mention" }, "@team"),
  date: ({ timestamp, format }) =>
    h("time", { title: inUtc(timestamp) }, fillDate(format ?? "{date} {time}", timestamp, zone(), now())),
};

const inside = (section) =>
  (section.elements ?? []).map((element) => styled(ELEMENTS[element.type]?.(element) ?? "", element.style));

const SECTIONS = {
  rich_text_section: (section) => h("div", { class: "lines", dir: "auto" }, inside(section)),
  rich_text_quote: (section) => h("blockquote", {}, inside(section)),
  rich_text_preformatted: (section) => h("pre", { tabindex: "0" }, inside(section)),
  rich_text_list: (list) => {
    const items = (list.elements ?? []).map((section) => h("li", {}, inside(section)));
    return h(list.style === "ordered" ? "ol" : "ul", { class: list.indent ? "deep" : null }, items);
  },
};

/** Render one rich_text block. */
export function richText(block) {
  return h(
    "div",
    { class: "text" },
    (block.elements ?? []).map((section) => SECTIONS[section.type]?.(section)),
  );
}
