/** The pane on the right: one message with its replies, and a box to answer in. */

import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { arrange, h } from "./dom.js";
import { written } from "./mentions.js";
import { goTo, place } from "./place.js";
import { send } from "./socket.js";
import { channelName, conversation, workspace } from "./state.js";

const pane = document.getElementById("thread");
const messages = new Conversation("Thread");
const composer = new Composer({ id: "thread-composer", label: "Reply", say, commands: false });
const head = h(
  "header",
  { class: "channel-head" },
  h("h2", {}, "Thread"),
  h("span", { class: "topic" }),
  h("button", { type: "button", class: "tool", "aria-label": "Close thread", onclick: leave }, "×"),
);

arrange(pane, [head, messages.node, composer.node]);
composer.invite("Reply");
pane.addEventListener("keydown", (event) => event.key === "Escape" && !event.defaultPrevented && leave());

/** Draw the thread the person has open, or put the pane away. */
export function drawThread() {
  const { channel: id, thread } = place();
  const channel = workspace.channels.get(id);
  const replies =
    channel && thread
      ? conversation(id).filter((message) => message.ts === thread || message.thread_ts === thread)
      : [];
  const wasHidden = pane.hidden;
  pane.hidden = !replies.length;
  if (pane.hidden) return;
  head.querySelector(".topic").textContent = channel.is_im ? channelName(channel) : `#${channelName(channel)}`;
  messages.show(replies, id, { place: `${workspace.me}/${id}/${thread}`, inThread: true });
  if (wasHidden && matchMedia("(hover: hover)").matches) composer.box.focus({ preventScroll: true });
}

function leave() {
  goTo(place().channel);
}

function say(text) {
  const { channel, thread } = place();
  if (text.startsWith("/")) return false;
  return send({ type: "say", channel, text: written(text), thread_ts: thread });
}
