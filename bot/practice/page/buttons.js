/** Elements that are pressed and hold nothing: buttons and overflow menus. */

import { agreed } from "./confirm.js";
import { h, safeUrl } from "./dom.js";
import { controlKey } from "./elements.js";
import { openMenu } from "./menu.js";
import { textOf } from "./mrkdwn.js";

const REST = 900; // milliseconds a pressed button rests, so that a double tap presses once

/** Render a button; one with an address is a link that also tells the server it was followed. */
export function button(element, block, surface) {
  const look = ["button", element.style].filter(Boolean).join(" ");
  const props = {
    class: look,
    "aria-label": element.accessibility_label,
    data: { control: controlKey(block, element) },
  };
  const value = element.value === undefined ? {} : { value: element.value };
  const press = () => surface.press(block, element, { text: element.text, ...value });
  const href = element.url && safeUrl(element.url);
  if (href) {
    return h(
      "a",
      { ...props, href, target: "_blank", rel: "noopener noreferrer", onclick: press },
      textOf(element.text),
      h("span", { class: "out", "aria-hidden": "true" }, "↗"),
    );
  }
  const node = h("button", { ...props, type: "button" }, textOf(element.text));
  node.addEventListener("click", async () => {
    if (node.getAttribute("aria-busy") || !(await agreed(element.confirm))) return;
    if (!press()) return;
    node.setAttribute("aria-busy", "true");
    setTimeout(() => node.removeAttribute("aria-busy"), REST);
  });
  return node;
}

/** Render an overflow menu: one small button, its options in a menu. */
export function overflow(element, block, surface) {
  const props = {
    type: "button",
    class: "button more",
    "aria-label": "More actions",
    "aria-haspopup": "menu",
    data: { control: controlKey(block, element) },
  };
  const choose = async (option) => {
    if (!(await agreed(element.confirm))) return;
    surface.press(block, element, { selected_option: option });
    if (safeUrl(option.url)) open(safeUrl(option.url), "_blank", "noopener,noreferrer");
  };
  const items = () => (element.options ?? []).map((option) => [textOf(option.text), () => choose(option)]);
  return h(
    "button",
    { ...props, onclick: ({ currentTarget }) => openMenu(currentTarget, items(), { label: "More actions" }) },
    "⋯",
  );
}
