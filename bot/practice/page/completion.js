/** What could come next in the box: commands, their words, people and channels. Pure: text in, suggestions out. */

import { cast } from "./people.js";
import { workspace } from "./state.js";

const FEW = 8; // people or channels offered at once

/**
 * Return {items, from, to, note}: *items* to choose from, each {insert, title, hint, help}, standing for the
 * characters *from*…*to* of *text*; *note* explains the word that is already complete. *caret* is where one types.
 */
export function complete(text, caret) {
  const typed = text.slice(0, caret);
  return mention(typed) ?? command(typed) ?? { items: [], from: 0, to: 0, note: null };
}

function mention(typed) {
  const [, sign, part] = /(?:^|\s)([@#])([\w.-]*)$/.exec(typed) ?? [];
  if (!sign) return null;
  const found = (sign === "@" ? people : channels)(part.toLowerCase()).slice(0, FEW);
  return { items: found, from: typed.length - part.length - 1, to: typed.length, note: null };
}

const people = (part) =>
  cast()
    .filter(
      (person) =>
        person.handle.startsWith(part) ||
        person.name
          .toLowerCase()
          .split(" ")
          .some((word) => word.startsWith(part)),
    )
    .map((person) => ({
      insert: `@${person.handle} `,
      title: `@${person.handle}`,
      hint: person.name,
      help: person.tz,
    }));

const channels = (part) =>
  [...workspace.channels.values()]
    .filter((channel) => !channel.is_im && !channel.is_archived && channel.name.startsWith(part))
    .map((channel) => ({ insert: `#${channel.name} `, title: `#${channel.name}`, hint: "", help: topicOf(channel) }));

/** The topic of a channel as plain words. */
export const topicOf = (channel) => channel.topic?.value ?? channel.topic ?? "";

function command(typed) {
  if (!typed.startsWith("/") || typed.includes("\n")) return null;
  const [, name, gap, rest] = /^(\/\S*)(\s*)(.*)$/.exec(typed);
  if (!gap) return { items: commandsLike(name), from: 0, to: typed.length, note: null };
  const known = workspace.commands.find((candidate) => candidate.command === name);
  if (!known) return null;
  const words = known.words ?? [];
  const items = words.filter(({ word }) => word.startsWith(rest.toLowerCase()) && word !== rest).map(wordItem(name));
  const complete = words
    .filter(({ word }) => rest === word || rest.startsWith(`${word} `))
    .sort((a, b) => b.word.length - a.word.length)[0];
  return { items, from: 0, to: typed.length, note: complete ?? null };
}

const wordItem =
  (name) =>
  ({ word, hint, help }) => ({ insert: `${name} ${word} `, title: word, hint: hint ?? "", help: help ?? "" });

const commandsLike = (name) =>
  workspace.commands
    .filter(({ command: candidate }) => candidate.startsWith(name))
    .map((one) => ({
      insert: `${one.command} `,
      title: one.command,
      hint: one.usage_hint ?? "",
      help: one.description ?? "",
    }));
