/** The app's modals: a stack of views, the top one shown in a dialog. */

import { renderBlocks } from "./blocks.js";
import { h } from "./dom.js";
import { textOf } from "./mrkdwn.js";
import { send } from "./socket.js";
import { workspace } from "./state.js";
import { Surface } from "./surface.js";

const WAIT = 4000; // milliseconds after which one may submit again although no answer came

const surfaces = new Map(); // view id -> its surface as last drawn
let dialog = null;
let drawn = null;

/** Show the top of the stack of views, or close the dialog when the stack is empty. */
export function drawModal() {
  const view = workspace.views.at(-1);
  for (const id of surfaces.keys()) if (!workspace.views.some((open) => open.id === id)) surfaces.delete(id);
  if (!view) return close();
  dialog ??= open();
  const focused = drawn === view.id ? document.activeElement?.dataset?.control : null;
  const scroll = dialog.querySelector(".dialog-body")?.scrollTop ?? 0;
  surfaces.set(view.id, new Surface({ container: "view", view_id: view.id }, surfaces.get(view.id)));
  dialog.replaceChildren(form(view, surfaces.get(view.id)));
  if (drawn === view.id) dialog.querySelector(".dialog-body").scrollTop = scroll;
  drawn = view.id;
  focusIn(focused);
  return undefined;
}

function open() {
  const node = h("dialog", { class: "dialog modal", "aria-labelledby": "modal-title" });
  node.addEventListener("cancel", (event) => {
    event.preventDefault();
    leave();
  });
  document.body.append(node);
  node.showModal();
  return node;
}

function close() {
  dialog?.close();
  dialog?.remove();
  dialog = null;
  drawn = null;
}

const leave = () => send({ type: "close_view", view_id: workspace.views.at(-1)?.id });

function form(view, surface) {
  const blocks = renderBlocks(view.blocks ?? [], surface, view.errors);
  const submit = view.submit && h("button", { class: "button primary", type: "submit" }, textOf(view.submit));
  const onsubmit = (event) => {
    event.preventDefault();
    if (isComplete(view, surface)) deliver(view, surface, submit);
  };
  const stray = Object.entries(view.errors ?? {}).filter(
    ([id]) => !view.blocks?.some((block) => block.block_id === id),
  );
  return h(
    "form",
    { novalidate: true, onsubmit },
    h(
      "header",
      { class: "dialog-head" },
      h("h2", { id: "modal-title", dir: "auto" }, textOf(view.title)),
      h(
        "button",
        { type: "button", class: "tool", "aria-label": workspace.views.length > 1 ? "Back" : "Close", onclick: leave },
        workspace.views.length > 1 ? "‹" : "×",
      ),
    ),
    h(
      "div",
      { class: "dialog-body blocks" },
      blocks,
      stray.map(([, text]) => h("p", { class: "error", role: "alert" }, text)),
    ),
    h(
      "footer",
      { class: "dialog-foot" },
      h("button", { type: "button", class: "button", onclick: leave }, textOf(view.close ?? "Close")),
      submit,
    ),
  );
}

function focusIn(control) {
  const again = control && dialog.querySelector(`[data-control="${CSS.escape(control)}"]`);
  const wrong = dialog.querySelector("[aria-invalid=true]");
  const first =
    dialog.querySelector("[autofocus]") ?? dialog.querySelector(".dialog-body :is(input, textarea, select, button, a)");
  (wrong ?? again ?? first ?? dialog.querySelector(".dialog-foot button")).focus();
}

function deliver(view, surface, submit) {
  if (submit?.getAttribute("aria-busy") || !send({ type: "submit", view_id: view.id, values: surface.values() }))
    return;
  submit?.setAttribute("aria-busy", "true");
  setTimeout(() => submit?.removeAttribute("aria-busy"), WAIT);
}

/** Say at each input what is missing or too short; an input that is neither says nothing. */
function isComplete(view, surface) {
  const inputs = (view.blocks ?? []).filter((block) => block.type === "input" && block.block_id);
  const problems = inputs.map((block) => [block, problemWith(block, surface.get(block, block.element) ?? {})]);
  for (const [block, problem] of problems) tell(block, problem);
  dialog.querySelector("[aria-invalid=true]")?.focus();
  return problems.every(([, problem]) => !problem);
}

function problemWith(block, { type, ...value }) {
  const held = Object.values(value)[0];
  const isEmpty = held === null || held === undefined || String(held).trim() === "";
  if (isEmpty && !block.optional) return "Please fill this in.";
  const least = block.element.min_length;
  if (!isEmpty && least && String(held).length < least) return `Please write at least ${least} characters.`;
  if (!isEmpty && block.element.type === "number_input" && !Number.isFinite(Number(held)))
    return "Please write a number.";
  if (!isEmpty && block.element.type === "email_text_input" && !/^\S+@\S+$/.test(held))
    return "Please write an email address.";
  return "";
}

function tell(block, problem) {
  const node = dialog.querySelector(`[data-block="${CSS.escape(block.block_id)}"]`);
  node.querySelector(".error").textContent = problem;
  node.querySelector(".error").setAttribute("role", "alert");
  node.querySelector("[aria-describedby]").setAttribute("aria-invalid", String(Boolean(problem)));
}
