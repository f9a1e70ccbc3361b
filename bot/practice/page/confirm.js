/** The question before something that is not easily undone. */

import { h } from "./dom.js";
import { textOf } from "./mrkdwn.js";

/** Ask Block Kit's *confirm* question, if there is one; resolves to whether the person agreed. */
export function agreed(confirm) {
  if (!confirm) return Promise.resolve(true);
  return new Promise((resolve) => {
    const dialog = h(
      "dialog",
      { class: "dialog confirm", "aria-labelledby": "confirm-title" },
      h(
        "form",
        { method: "dialog" },
        h("h2", { id: "confirm-title" }, textOf(confirm.title)),
        h("div", { class: "text" }, textOf(confirm.text)),
        h(
          "div",
          { class: "dialog-foot" },
          h("button", { class: "button", value: "no" }, textOf(confirm.deny ?? "Cancel")),
          h(
            "button",
            { class: `button ${confirm.style ?? "primary"}`, value: "yes", autofocus: true },
            textOf(confirm.confirm ?? "Yes"),
          ),
        ),
      ),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
