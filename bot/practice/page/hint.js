/** The card that tells a newcomer what to type first. It stays away once it was put away. */

import { h } from "./dom.js";

const KEY = "firstfive.hint";
const FIRST = "/incident open sev1 checkout is down";

/** Put the card away for good: the person has read it, or done what it says. */
export function putHintAway() {
  localStorage.setItem(KEY, "away");
  document.querySelector(".hint-card")?.remove();
}

/** Make the card, or nothing if it was put away. *fill* puts a line in the message box. */
export function hintCard(fill) {
  if (localStorage.getItem(KEY) === "away") return null;
  return h(
    "section",
    { class: "hint-card", "aria-label": "Start here" },
    h(
      "div",
      {},
      h("h2", {}, "Start here"),
      h(
        "p",
        {},
        "Type ",
        h("code", {}, FIRST),
        " and press Enter. The app opens a channel and walks you through the first five minutes.",
      ),
      h(
        "p",
        { class: "quiet" },
        "Act as someone else at the bottom of the list on the left. Nothing leaves this machine.",
      ),
    ),
    h(
      "div",
      { class: "hint-actions" },
      h("button", { type: "button", class: "button primary", onclick: () => fill(FIRST) }, "Type it for me"),
      h("button", { type: "button", class: "button", onclick: putHintAway }, "Hide"),
    ),
  );
}
