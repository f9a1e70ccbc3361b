/** What all Block Kit elements that a person can touch have in common. */

import { agreed } from "./confirm.js";
import { withEmoji } from "./emoji.js";
import { unescaped } from "./mrkdwn.js";

/** The handle by which the focus finds its control again after the surface was drawn anew. */
export const controlKey = (block, element) => `${block.block_id}/${element.action_id}`;

/** A text object where only words can stand: placeholders and the options of a native list. */
export const words = (text) => withEmoji(unescaped(text?.text ?? ""));

/** What ties a native control to its element: the handle for the focus, and a name where no label gives one. */
export function propsOf(element, block) {
  const name = block.type === "input" ? null : words(element.placeholder) || element.action_id;
  return {
    "aria-label": name,
    data: { control: controlKey(block, element) },
    autofocus: Boolean(element.focus_on_load),
  };
}

/** Keep *value* for the element and, where Slack would tell the app at once, press it. */
export async function change(element, block, surface, value) {
  surface.set(block, element, value);
  if ((block.type !== "input" || block.dispatch_action) && (await agreed(element.confirm)))
    surface.press(block, element, value);
}
