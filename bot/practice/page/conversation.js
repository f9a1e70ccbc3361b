/** A list of messages that changes in place: what stays keeps its node, what changed flashes once, the end stays in view. */

import { arrange, h, swap } from "./dom.js";
import { renderMessage } from "./message.js";
import { isBeingEdited } from "./messagemenu.js";
import { now, zone } from "./state.js";
import { dateOf, dayTitle } from "./time.js";

const APART = 300; // seconds between two messages of one person above which the name is said again
const NEAR = 80; // pixels from the end within which the list follows what is new

export class Conversation {
  #list = h("div", { class: "messages", role: "log", tabindex: "-1" });
  #drawn = new Map(); // ts -> { node, message, look } as last drawn
  #more = h("button", { type: "button", class: "to-end", hidden: true, onclick: () => this.toEnd() }, "New messages ↓");
  #place = null;
  #following = true; // whether the end is in view, and is to stay in view

  constructor(label) {
    this.#list.setAttribute("aria-label", label);
    this.node = h("div", { class: "conversation" }, this.#list, this.#more);
    this.#list.addEventListener("scroll", () => {
      this.#following = this.#list.scrollHeight - this.#list.scrollTop - this.#list.clientHeight < NEAR;
      if (this.#following) this.#more.hidden = true;
    });
    const stay = () => this.#following && this.toEnd();
    this.#list.addEventListener("load", stay, true); // pictures and previews arrive after their message
    new ResizeObserver(stay).observe(this.#list);
    this.#list.addEventListener("keydown", (event) => this.#walk(event));
  }

  /** Show *messages* of *channel*. Another *place* than last time starts afresh, at the end. */
  show(messages, channel, { place, inThread = false, empty = null }) {
    const moved = place !== this.#place;
    if (moved) this.#drawn.clear();
    this.#place = place;
    const follow = moved || this.#following;
    const known = this.#drawn.size;
    const nodes = this.#nodes(messages, channel, inThread, !moved);
    arrange(this.#list, nodes.length ? nodes : [empty].filter(Boolean));
    this.#list.querySelectorAll(":scope > article").forEach((node) => node.setAttribute("tabindex", "-1"));
    [...this.#list.querySelectorAll(":scope > article")].at(-1)?.setAttribute("tabindex", "0");
    if (follow) this.toEnd();
    else if (this.#drawn.size > known) this.#more.hidden = false;
  }

  /** Scroll to the newest message. */
  toEnd() {
    this.#list.scrollTop = this.#list.scrollHeight;
    this.#following = true;
    this.#more.hidden = true;
  }

  /** Scroll to one message and mark it for a moment. */
  reveal(ts) {
    const node = this.#drawn.get(ts)?.node;
    node?.scrollIntoView({ block: "center" });
    node?.focus({ preventScroll: true });
    if (node) flash(node);
  }

  #nodes(messages, channel, inThread, live) {
    const nodes = [];
    let before = null;
    for (const message of messages) {
      const seconds = Number(message.ts);
      if (!before || dateOf(Number(before.ts), zone()) !== dateOf(seconds, zone())) {
        nodes.push(h("div", { class: "day", role: "separator" }, h("span", {}, dayTitle(seconds, zone(), now()))));
        before = null;
      }
      nodes.push(this.#draw(message, channel, { follows: follows(message, before), inThread }, live));
      before = message;
    }
    const shown = new Set(messages.map(({ ts }) => ts));
    for (const ts of this.#drawn.keys()) if (!shown.has(ts)) this.#drawn.delete(ts);
    return nodes;
  }

  #draw(message, channel, options, live) {
    const look = `${options.follows} ${isBeingEdited(message)}`;
    const last = this.#drawn.get(message.ts);
    if (last?.message === message && last.look === look) return last.node;
    const node = renderMessage(message, channel, options);
    if (last) swap(last.node, node);
    if (last && live && said(last.message) !== said(message)) flash(node);
    this.#drawn.set(message.ts, { node, message, look });
    return node;
  }

  #walk(event) {
    const to = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!to || !event.target.matches("article")) return;
    const all = [...this.#list.querySelectorAll(":scope > article")];
    const next = all[all.indexOf(event.target) + to];
    if (!next) return;
    event.preventDefault();
    next.focus();
  }
}

const said = ({ text, blocks }) => JSON.stringify([text, blocks]);

function follows(message, before) {
  if (!before || before.subtype?.startsWith("channel_") || before.subtype === "tombstone") return false;
  const sameVoice =
    before.user === message.user &&
    Boolean(before.ephemeral) === Boolean(message.ephemeral) &&
    before.username === message.username;
  return (
    sameVoice &&
    !message.ephemeral &&
    !message.pinned_to?.length &&
    !message.files?.length &&
    Number(message.ts) - Number(before.ts) < APART
  );
}

function flash(node) {
  node.classList.add("flash");
  node.addEventListener("animationend", () => node.classList.remove("flash"), { once: true });
}
