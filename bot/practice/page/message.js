/** One message: who, when, what; its files, reactions and thread; and what can be done with it. */

import { renderBlocks } from "./blocks.js";
import { h } from "./dom.js";
import { PALETTE, emoji } from "./emoji.js";
import { fileCard } from "./files.js";
import { actionsOf, editor, isBeingEdited, toggleReaction } from "./messagemenu.js";
import { textOf } from "./mrkdwn.js";
import { avatar } from "./people.js";
import { goTo } from "./place.js";
import { authorOf, dismiss, isBots, isPinned, workspace, zone } from "./state.js";
import { Surface } from "./surface.js";
import { clockTime, inUtc } from "./time.js";

const surfaces = new Map(); // person, channel and ts -> the surface of that message as last drawn

function surfaceOf(message, channel) {
  const key = `${workspace.me}/${channel}/${message.ts}`;
  const where = { container: message.ephemeral ? "ephemeral" : "message", channel, ts: message.ts };
  surfaces.set(key, new Surface(where, surfaces.get(key)));
  return surfaces.get(key);
}

/** Whether the line is Slack's own narration ("Ana has joined the channel") and not something said. */
const isNarration = (message) => /^channel_|^tombstone$|^pinned_item$|^group_/.test(message.subtype ?? "");

/**
 * Render *message* of *channel*. *follows* leaves the author out (the message above has the same one);
 * *inThread* leaves the thread's summary out.
 */
export function renderMessage(message, channel, { follows = false, inThread = false } = {}) {
  if (isNarration(message)) return narration(message);
  const looks = [
    "message",
    follows && "follows",
    message.ephemeral && "ephemeral",
    isPinned(message, channel) && "pinned",
  ];
  const author = authorOf(message);
  const label = `${author}, ${clockTime(Number(message.ts), zone())}`;
  return h(
    "article",
    { class: looks.filter(Boolean).join(" "), tabindex: "-1", "aria-label": label, data: { ts: message.ts } },
    follows ? h("span", { class: "gutter" }, timeOf(message)) : avatar(message.user, author, isBots(message)),
    h(
      "div",
      { class: "message-main" },
      !follows && head(message, channel, author),
      isBeingEdited(message) ? editor(message, channel) : content(message, channel),
      message.files?.map(fileCard),
      reactions(message, channel),
      !inThread && threadLink(message, channel),
    ),
    !message.ephemeral && actionsOf(message, channel, { inThread }),
  );
}

const narration = (message) =>
  h(
    "article",
    { class: "narration", tabindex: "-1", data: { ts: message.ts } },
    h("span", { class: "gutter" }, timeOf(message)),
    h("div", { class: "text" }, narrated(message)),
  );

/** Slack leaves the doer out of some of its lines ("set the channel topic: …"); say who it was. */
const narrated = ({ user, subtype, text }) => [
  !text.startsWith("<@") && subtype !== "tombstone" && h("b", {}, `${authorOf({ user })} `),
  textOf(text),
];

function timeOf(message) {
  const seconds = Number(message.ts);
  return h(
    "time",
    { class: "at", datetime: new Date(seconds * 1000).toISOString(), title: inUtc(seconds) },
    clockTime(seconds, zone()),
  );
}

function head(message, channel, author) {
  return h(
    "div",
    { class: "message-head" },
    h("bdi", { class: "author" }, author),
    isBots(message) && h("span", { class: "badge" }, "app"),
    timeOf(message),
    isPinned(message, channel) && h("span", { class: "mark" }, "📌 pinned"),
    message.ephemeral && h("span", { class: "mark" }, "Only visible to you"),
    message.ephemeral &&
      h("button", { type: "button", class: "plain mark", onclick: () => dismiss(channel, message.ts) }, "Dismiss"),
  );
}

function content(message, channel) {
  const edited = message.edited && !isBots(message) && h("span", { class: "edited" }, "(edited)");
  if (message.blocks?.length)
    return h("div", { class: "blocks" }, renderBlocks(message.blocks, surfaceOf(message, channel)), edited);
  return (message.text || edited) && h("div", { class: "text said" }, textOf(message.text ?? ""), edited);
}

function reactions(message, channel) {
  if (!message.reactions?.length) return null;
  const pills = message.reactions.map(({ name, users }) => {
    const mine = users.includes(workspace.me);
    const names = users.map((user) => authorOf({ user })).join(", ");
    const what = PALETTE.find(([short]) => short === name)?.[1];
    return h(
      "button",
      {
        type: "button",
        class: "reaction",
        "aria-pressed": String(mine),
        title: `${names}${what ? ` · ${what}` : ""}`,
        "aria-label": `${name.replaceAll("_", " ")}, ${users.length}`,
        data: { control: `reaction/${name}` },
        onclick: () => toggleReaction(message, channel, name),
      },
      emoji(name) ?? `:${name}:`,
      h("span", { class: "count" }, String(users.length)),
    );
  });
  return h("div", { class: "reactions" }, pills);
}

function threadLink(message, channel) {
  if (!message.reply_count) return null;
  const word = message.reply_count === 1 ? "1 reply" : `${message.reply_count} replies`;
  return h(
    "button",
    { type: "button", class: "thread-link", data: { control: "thread" }, onclick: () => goTo(channel, message.ts) },
    word,
  );
}
