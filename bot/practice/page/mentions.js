/** Mentions between the two forms they have: `@ana` and `#incidents` in a box, `<@U…>` and `<#C…>` in a message. */

import { unescaped } from "./mrkdwn.js";
import { byHandle } from "./people.js";
import { workspace } from "./state.js";

const channelCalled = (name) =>
  [...workspace.channels.values()].find((channel) => !channel.is_im && channel.name === name);

const GROUPS = new Set(["here", "channel", "everyone"]);

/**
 * Write what was typed as Slack stores it: escaped, with every name that someone has turned into a mention. *named*
 * keeps the name beside the id, `<@U…|ana>`, as slash commands get it from an app whose manifest says should_escape.
 */
export function written(text, named = false) {
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replace(/^&gt;/gm, ">");
  return escaped
    .replace(/(?<![\w@/.])@([\w.-]*\w)/g, (whole, name) => {
      if (GROUPS.has(name)) return `<!${name}>`;
      const person = byHandle(name);
      return person ? `<@${person.id}${named ? `|${person.handle}` : ""}>` : whole;
    })
    .replace(/(?<![\w#&/])#([\w-]+)/g, (whole, name) => {
      const channel = channelCalled(name);
      return channel ? `<#${channel.id}|${channel.name}>` : whole;
    });
}

/** Write a stored message as one would type it, to edit it in a box. */
export function typed(text) {
  const named = text
    .replace(/<@(\w+)(?:\|[^>]*)?>/g, (whole, id) =>
      workspace.people.has(id) ? `@${workspace.people.get(id).handle}` : whole,
    )
    .replace(/<#(\w+)(?:\|([^>]*))?>/g, (whole, id, label) => `#${workspace.channels.get(id)?.name ?? label ?? id}`)
    .replace(/<!(here|channel|everyone)>/g, "@$1")
    .replace(/<((?:https?|mailto):[^|>]+)(?:\|[^>]*)?>/g, "$1");
  return unescaped(named);
}
