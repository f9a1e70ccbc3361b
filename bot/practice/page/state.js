/** What the acting person sees of the workspace, kept in step with the server's events. */

/** Everything is replaced by each snapshot; maps keep the server's order. */
export const workspace = {
  me: null,
  team: {},
  bot: {},
  people: new Map(),
  channels: new Map(),
  messages: new Map(), // channel id -> Map of ts -> message
  ephemerals: new Map(), // channel id -> Map of ts -> message
  home: null,
  views: [],
  commands: [],
  movableClock: false,
  clockAhead: 0, // seconds by which the workspace's clock is ahead of this browser's
};

const watchers = new Map();
const dismissed = new Set(); // ts of private answers the person has put away

/** Call *watcher* with each change of *kind*: snapshot, channel, messages, views, home or toast. */
export function watch(kind, watcher) {
  watchers.set(kind, [...(watchers.get(kind) ?? []), watcher]);
}

const tell = (kind, detail) => watchers.get(kind)?.forEach((watcher) => watcher(detail));

const by = (rows, field) => new Map((rows ?? []).map((row) => [row[field], row]));

const byChannel = (rows) =>
  new Map(Object.entries(rows ?? {}).map(([channel, messages]) => [channel, by(messages, "ts")]));

/** A person as this page speaks of them: full name, and the short name and handle that mentions use. */
function known(person) {
  const name = person.real_name || person.name;
  const short = name.split(" ")[0];
  return { ...person, name, short, handle: person.handle ?? short.toLowerCase() };
}

const EVENTS = {
  snapshot(event) {
    Object.assign(workspace, {
      me: event.me,
      team: event.team ?? {},
      bot: event.bot ?? {},
      people: by(event.people?.map(known), "id"),
      channels: by(event.channels, "id"),
      messages: byChannel(event.messages),
      ephemerals: byChannel(event.ephemerals),
      home: event.home ?? null,
      views: event.views ?? [],
      commands: event.commands ?? [],
      movableClock: event.clock === "movable",
    });
    setClock(event.now);
    tell("snapshot");
  },
  channel({ channel }) {
    workspace.channels.set(channel.id, channel);
    tell("channel", channel);
  },
  channel_gone({ channel }) {
    for (const shelf of [workspace.channels, workspace.messages, workspace.ephemerals]) shelf.delete(channel);
    tell("channel", null);
  },
  message: ({ channel, message }) => keep(workspace.messages, channel, message),
  ephemeral: ({ channel, message }) => keep(workspace.ephemerals, channel, { ...message, ephemeral: true }),
  message_deleted: ({ channel, ts }) => drop(workspace.messages, channel, ts),
  ephemeral_deleted: ({ channel, ts }) => drop(workspace.ephemerals, channel, ts),
  view({ views }) {
    workspace.views = views ?? [];
    tell("views");
  },
  home({ view }) {
    workspace.home = view;
    tell("home");
  },
  toast: ({ text }) => tell("toast", text),
};

/** Take in one event of the server; kinds we do not know are left alone. */
export function apply(event) {
  if (Object.hasOwn(EVENTS, event.type)) EVENTS[event.type](event);
}

function keep(shelf, channel, message) {
  if (!shelf.has(channel)) shelf.set(channel, new Map());
  const messages = shelf.get(channel);
  const isNew = !messages.has(message.ts);
  messages.set(message.ts, message);
  tell("messages", { channel, message, isNew });
}

/** Take a private answer out of the acting person's sight. Only this page knows, as in Slack. */
export function dismiss(channel, ts) {
  dismissed.add(ts);
  drop(workspace.ephemerals, channel, ts);
}

/** Draw the conversation again although no message changed. */
export const redraw = () => tell("messages", {});

function drop(shelf, channel, ts) {
  if (shelf.get(channel)?.delete(ts)) tell("messages", { channel });
}

/** Set the workspace's clock to *seconds* since the epoch, as the server just told it. */
export function setClock(seconds) {
  workspace.clockAhead = typeof seconds === "number" ? seconds - Date.now() / 1000 : 0;
}

/** Seconds since the epoch on the workspace's clock. */
export const now = () => Date.now() / 1000 + workspace.clockAhead;

/** The time zone of the acting person. */
export const zone = () => workspace.people.get(workspace.me)?.tz ?? "UTC";

/** How the author of *message* is called: a person's full name, or the name of the app. */
export function authorOf(message) {
  if (message.username) return message.username;
  const person = workspace.people.get(message.user);
  if (person) return person.name;
  return isBots(message) ? (workspace.bot.name ?? "App") : (message.user ?? "Unknown");
}

/** Whether the app wrote *message*. */
export const isBots = (message) => Boolean(message.bot_id) || message.user === workspace.bot.user_id;

/** Whether *message* is pinned in *channel*. */
export const isPinned = (message, channel) => Boolean(message.pinned_to?.includes(channel));

/** All messages of *channel*, the private answers among them, oldest first. */
export function conversation(channel) {
  const everyones = [...(workspace.messages.get(channel)?.values() ?? [])];
  const mine = [...(workspace.ephemerals.get(channel)?.values() ?? [])].filter(({ ts }) => !dismissed.has(ts));
  return [...everyones, ...mine].sort((a, b) => Number(a.ts) - Number(b.ts));
}

const otherSide = (channel) =>
  channel.user ?? channel.members?.find((id) => id !== workspace.me) ?? workspace.bot.user_id;

/** Whether *channel* is the acting person's conversation with the app. */
export const isWithBot = (channel) => Boolean(channel.is_im) && otherSide(channel) === workspace.bot.user_id;

/** What a channel is called: a direct message carries the name of the other side. */
export function channelName(channel) {
  if (!channel.is_im) return channel.name;
  if (isWithBot(channel)) return workspace.bot.name ?? "App";
  return workspace.people.get(otherSide(channel))?.name ?? otherSide(channel);
}
