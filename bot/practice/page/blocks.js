/** Block Kit blocks as elements: one renderer per block type, each a pure reading of what the app sent. */

import { button, overflow } from "./buttons.js";
import { freshId, h, link } from "./dom.js";
import { INPUTS } from "./inputs.js";
import { markdown } from "./markdown.js";
import { textOf } from "./mrkdwn.js";
import { richText } from "./richtext.js";
import { SELECTS } from "./selects.js";

const ELEMENTS = { ...INPUTS, ...SELECTS, button, overflow, image: (element) => picture(element, "thumb") };

const BLOCKS = {
  header: (block) => h("h3", { class: "block-header", dir: "auto" }, textOf(block.text)),
  section,
  context: (block) => h("div", { class: "context" }, (block.elements ?? []).map(contextPart)),
  divider: () => h("hr", {}),
  actions: (block, surface) =>
    h(
      "div",
      { class: "actions" },
      (block.elements ?? []).map((element) => elementNode(element, block, surface)),
    ),
  input,
  image: (block) => h("figure", {}, block.title && h("figcaption", {}, textOf(block.title)), picture(block, "picture")),
  rich_text: richText,
  markdown: (block) => h("div", { class: "text" }, markdown(block.text ?? "")),
};

/**
 * Render *blocks* for *surface*. Blocks without an id get one from their place, so that values typed in them keep
 * their key from one drawing to the next; a type we do not know is named instead of left out.
 */
export function renderBlocks(blocks, surface, errors = {}) {
  return blocks.map((block, index) => {
    const named = block.block_id ? block : { ...block, block_id: `block-${index}` };
    const render = Object.hasOwn(BLOCKS, block.type) && BLOCKS[block.type];
    return render ? render(named, surface, errors[named.block_id]) : unknown(block.type);
  });
}

const unknown = (type) => h("p", { class: "context" }, `[${type}: not shown in the practice workspace]`);

function elementNode(element, block, surface) {
  const render = Object.hasOwn(ELEMENTS, element.type) && ELEMENTS[element.type];
  return render ? render(element, block, surface) : unknown(element.type);
}

function section(block, surface) {
  const fields = block.fields?.map((field) => h("div", { class: "text" }, textOf(field)));
  const body = h(
    "div",
    { class: "section-body" },
    block.text && h("div", { class: "text" }, textOf(block.text)),
    fields && h("div", { class: "fields" }, fields),
  );
  return h("div", { class: "section" }, body, block.accessory && elementNode(block.accessory, block, surface));
}

function contextPart(element) {
  return element.type === "image" ? picture(element, "icon") : h("div", { class: "text" }, textOf(element));
}

/** Whether a picture lies on this machine: the page fetches nothing from outside and names such pictures instead. */
const isNear = (url) => ["127.0.0.1", "localhost", location.hostname].includes(URL.parse(url, location.href)?.hostname);

function picture({ image_url: url, alt_text: alt }, look) {
  const named = () => h("span", { class: "no-picture" }, link(url, alt || "Picture"));
  if (!isNear(url)) return named();
  const image = h("img", { src: url, alt: alt ?? "", class: look, loading: "lazy" });
  image.addEventListener("error", () => image.replaceWith(named()));
  return image;
}

function input(block, surface, error) {
  const [id, hintId, errorId] = [freshId("input"), freshId("hint"), freshId("error")];
  const body = elementNode(block.element, block, surface);
  const control = body.matches("input, select, textarea, .boxes")
    ? body
    : (body.querySelector("input, select, textarea") ?? body);
  const label = [textOf(block.label), block.optional && h("span", { class: "optional" }, " optional")];
  const described = [block.hint && hintId, errorId].filter(Boolean).join(" ");
  control.setAttribute("aria-describedby", described);
  if (!block.optional) control.setAttribute("aria-required", "true");
  if (error) control.setAttribute("aria-invalid", "true");
  const isGroup = control.classList.contains("boxes");
  control.setAttribute(isGroup ? "aria-labelledby" : "id", id);
  return h(
    "div",
    { class: "input", data: { block: block.block_id } },
    isGroup ? h("span", { class: "label", id }, label) : h("label", { class: "label", for: id }, label),
    body,
    block.hint && h("small", { id: hintId, class: "hint" }, textOf(block.hint)),
    h("p", { id: errorId, class: "error", role: error ? "alert" : null }, error),
  );
}
