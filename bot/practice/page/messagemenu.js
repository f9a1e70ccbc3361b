/** What a person can do with a message: react, answer, pin, edit, delete, and hand it to the app. */

import { agreed } from "./confirm.js";
import { h } from "./dom.js";
import { PALETTE, emoji } from "./emoji.js";
import { typed, written } from "./mentions.js";
import { openMenu } from "./menu.js";
import { goTo } from "./place.js";
import { send } from "./socket.js";
import { isPinned, redraw, workspace } from "./state.js";

/** The app's message shortcuts: callback id and words, as in its manifest. */
const SHORTCUTS = [
  ["add_to_timeline", "Add to incident timeline"],
  ["open_from_message", "Open an incident from this message"],
];

let editing = null;

/** Whether the acting person has *message* open in the editor. */
export const isBeingEdited = (message) => editing === message.ts;

/** Add the acting person's reaction *name*, or take it away again. */
export function toggleReaction(message, channel, name) {
  const mine = message.reactions?.find((reaction) => reaction.name === name)?.users.includes(workspace.me);
  send({ type: mine ? "unreact" : "react", channel, ts: message.ts, name });
}

/** The little bar of buttons that comes up on a message. */
export function actionsOf(message, channel, { inThread }) {
  const tool = (label, sign, onclick, more) =>
    h(
      "button",
      {
        type: "button",
        class: "tool",
        "aria-label": label,
        title: label,
        onclick,
        data: { control: `tool/${label}` },
        ...more,
      },
      sign,
    );
  const opens = { "aria-haspopup": "menu", "aria-expanded": "false" };
  return h(
    "div",
    { class: "tools", role: "toolbar", "aria-label": "Message actions" },
    tool("Add reaction", "☺", ({ currentTarget }) => openPalette(currentTarget, message, channel), opens),
    !inThread && tool("Reply in thread", "↳", () => goTo(channel, message.thread_ts ?? message.ts)),
    tool(
      "More for this message",
      "⋯",
      ({ currentTarget }) => openMessageMenu(currentTarget, message, channel, inThread),
      opens,
    ),
  );
}

function openPalette(anchor, message, channel) {
  const items = PALETTE.map(([name, what]) => [
    [h("span", { class: "emoji" }, emoji(name)), h("small", {}, what)],
    () => toggleReaction(message, channel, name),
    { "aria-label": `${name.replaceAll("_", " ")}: ${what}`, data: { reaction: name } },
  ]);
  openMenu(anchor, items, { label: "React", row: true });
}

function openMessageMenu(anchor, message, channel, inThread) {
  const where = { channel, ts: message.ts };
  const pinned = isPinned(message, channel);
  const mine = message.user === workspace.me;
  const items = [
    ["Add reaction", () => openPalette(anchor, message, channel)],
    !inThread && ["Reply in thread", () => goTo(channel, message.thread_ts ?? message.ts)],
    [pinned ? "Unpin from channel" : "Pin to channel", () => send({ type: pinned ? "unpin" : "pin", ...where })],
    null,
    ...SHORTCUTS.map(([id, words]) => [words, () => send({ type: "shortcut", callback_id: id, ...where })]),
    ...(mine
      ? [
          null,
          ["Edit message", () => edit(message.ts)],
          ["Delete message", () => remove(where), { class: "menu-item danger" }],
        ]
      : []),
  ];
  openMenu(
    anchor,
    items.filter((item) => item !== false),
    { label: "Message" },
  );
}

async function remove(where) {
  const sure = {
    title: "Delete this message",
    text: "It goes away for everyone.",
    confirm: "Delete",
    deny: "Keep it",
    style: "danger",
  };
  if (await agreed(sure)) send({ type: "delete", ...where });
}

function edit(ts) {
  editing = ts;
  redraw();
  document.querySelector(".editor textarea")?.focus();
}

/** The box in which one's own message is edited: Enter saves, Escape leaves it as it was. */
export function editor(message, channel) {
  const box = h("textarea", {
    class: "field",
    rows: "2",
    "aria-label": "Edit message",
    value: typed(message.text ?? ""),
  });
  const save = () => {
    const text = written(box.value.trim());
    if (text && text !== message.text && !send({ type: "edit", channel, ts: message.ts, text })) return;
    edit(null);
  };
  box.addEventListener("keydown", (event) => {
    if (event.isComposing || (event.key !== "Escape" && (event.key !== "Enter" || event.shiftKey))) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Enter") save();
    else edit(null);
  });
  return h(
    "div",
    { class: "editor" },
    box,
    h(
      "div",
      { class: "actions" },
      h("button", { type: "button", class: "button", onclick: () => edit(null) }, "Cancel"),
      h("button", { type: "button", class: "button primary", onclick: save }, "Save"),
    ),
  );
}
