/** The main pane: a channel with its header, messages and box, or the app's Home. */

import { Composer } from "./composer.js";
import { topicOf } from "./completion.js";
import { Conversation } from "./conversation.js";
import { arrange, h, link } from "./dom.js";
import { hintCard, putHintAway } from "./hint.js";
import { renderHome } from "./home.js";
import { written } from "./mentions.js";
import { openBeside, openMenu } from "./menu.js";
import { plain, unescaped } from "./mrkdwn.js";
import { avatar } from "./people.js";
import { openDrawer } from "./rail.js";
import { place } from "./place.js";
import { send } from "./socket.js";
import { authorOf, channelName, conversation, isPinned, isWithBot, workspace } from "./state.js";
import { toast } from "./toast.js";

const pane = document.getElementById("channel");
const messages = new Conversation("Messages");
const composer = new Composer({ id: "composer", label: "Message", say });
const fill = (line) => composer.fill(line);

/** Draw the main pane for where the person is. */
export function drawChannel() {
  const { home, channel: id } = place();
  if (home) {
    arrange(pane, [
      header(h("h1", {}, workspace.bot.name ?? "App"), h("span", { class: "topic" }, "Home")),
      renderHome(),
    ]);
    return;
  }
  const channel = workspace.channels.get(id);
  if (!channel) return;
  arrange(
    pane,
    [channelHeader(channel), bookmarks(channel), messages.node, hintCard(fill), composer.node].filter(Boolean),
  );
  const name = channel.is_im ? channelName(channel) : `#${channelName(channel)}`;
  composer.invite(channel.is_archived ? "This channel is archived." : `Message ${name} or type /`, channel.is_archived);
  drawMessages();
}

/** Draw only the messages of the channel in view. */
export function drawMessages() {
  const { channel: id } = place();
  if (!workspace.channels.has(id)) return;
  const top = conversation(id).filter(
    (message) => !message.thread_ts || message.thread_ts === message.ts || message.subtype === "thread_broadcast",
  );
  const empty = h("p", { class: "empty" }, "Nothing said here yet.");
  messages.show(top, id, { place: `${workspace.me}/${id}`, empty });
  const pins = pane.querySelector(".pins");
  if (pins) pins.replaceWith(pinsButton(id));
}

/** Put the caret in the message box, where a keyboard is at hand. */
export function focusComposer() {
  if (matchMedia("(hover: hover)").matches) composer.box.focus({ preventScroll: true });
}

function say(text) {
  const { channel } = place();
  if (!text.startsWith("/")) return send({ type: "say", channel, text: written(text) });
  const [, command, rest] = /^(\/\S*)\s*([\s\S]*)$/.exec(text);
  const known = workspace.commands.find((candidate) => candidate.command === command);
  if (known) {
    if (rest.startsWith("open")) putHintAway();
    return send({ type: "slash", channel, command, text: known.should_escape === false ? rest : written(rest, true) });
  }
  toast(`There is no command ${command} here. Try ${workspace.commands[0]?.command ?? "/incident"} help.`);
  return false;
}

function header(...parts) {
  const drawer = h(
    "button",
    { type: "button", class: "tool drawer-open", "aria-label": "Channels and people", onclick: openDrawer },
    "☰",
  );
  return h("header", { class: "channel-head" }, drawer, parts);
}

function channelHeader(channel) {
  const sign = channel.is_im ? "" : channel.is_private ? "🔒 " : "# ";
  return header(
    h("h1", {}, h("span", { class: "sign", "aria-hidden": "true" }, sign), h("bdi", {}, channelName(channel))),
    channel.is_archived && h("span", { class: "badge" }, "archived"),
    h("span", { class: "topic", title: unescaped(topicOf(channel)) }, plain(topicOf(channel))),
    pinsButton(channel.id),
    !isWithBot(channel) && membersButton(channel),
  );
}

function pinsButton(id) {
  const pinned = conversation(id).filter((message) => isPinned(message, id));
  const items = () =>
    pinned.map((message) => [`${authorOf(message)}: ${gist(message)}`, () => messages.reveal(message.ts)]);
  const open = ({ currentTarget }) => openMenu(currentTarget, items(), { label: "Pinned messages" });
  return h(
    "button",
    {
      type: "button",
      class: "tool wide pins",
      hidden: !pinned.length,
      "aria-haspopup": "menu",
      "aria-label": `${pinned.length} pinned`,
      onclick: open,
    },
    `📌 ${pinned.length}`,
  );
}

const gist = (message) =>
  unescaped((message.text || "message").replace(/<[^>|]*\|([^>]*)>/g, "$1").replace(/[*_`]/g, "")).slice(0, 80);

function membersButton(channel) {
  const members = channel.members ?? [];
  const rows = () =>
    members.map((id) =>
      h(
        "p",
        { class: "person still" },
        avatar(id, authorOf({ user: id }), id === workspace.bot.user_id),
        h("span", { class: "person-name" }, authorOf({ user: id })),
      ),
    );
  const open = ({ currentTarget }) =>
    openBeside(currentTarget, rows(), { class: "popover menu people", tabindex: "-1", "aria-label": "Members" });
  const words = members.length === 1 ? "1 member" : `${members.length} members`;
  return h("button", { type: "button", class: "tool wide members", "aria-expanded": "false", onclick: open }, words);
}

function bookmarks(channel) {
  if (!channel.bookmarks?.length) return null;
  return h(
    "nav",
    { class: "bookmarks", "aria-label": "Bookmarks" },
    channel.bookmarks.map((bookmark) => link(bookmark.link, "🔖 ", bookmark.title || bookmark.link)),
  );
}
