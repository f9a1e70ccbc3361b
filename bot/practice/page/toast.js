/** Short notices that come and go by themselves. */

import { h } from "./dom.js";

const STAY = 6000; // milliseconds

const shelf = document.getElementById("toasts");

/** Show *text* for a few seconds; a click takes it away sooner. */
export function toast(text) {
  const node = h("div", { class: "toast", dir: "auto" }, text);
  node.addEventListener("click", () => away(node));
  shelf.append(node);
  shelf.hidePopover?.();
  shelf.showPopover?.(); // again on top, also of a modal that opened later
  setTimeout(away, STAY, node);
}

function away(node) {
  node.remove();
  if (!shelf.childElementCount) shelf.hidePopover?.();
}
