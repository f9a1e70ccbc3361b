/** The app's Home: one view that the app keeps for the acting person. */

import { renderBlocks } from "./blocks.js";
import { h } from "./dom.js";
import { workspace } from "./state.js";
import { Surface } from "./surface.js";

let surface = null;
let drawnFor = null;

/** Render Home for the acting person, keeping what they typed in it since it was last drawn. */
export function renderHome() {
  const view = workspace.home;
  if (!view)
    return h(
      "div",
      { class: "home empty" },
      h("p", {}, "Nothing here yet. In any channel, type ", h("code", {}, "/incident open sev1 checkout is down"), "."),
    );
  surface = new Surface({ container: "home", view_id: view.id }, drawnFor === workspace.me ? surface : null);
  drawnFor = workspace.me;
  return h(
    "div",
    { class: "home", tabindex: "-1" },
    h("div", { class: "home-page blocks" }, renderBlocks(view.blocks ?? [], surface)),
  );
}
