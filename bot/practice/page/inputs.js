/** Elements that hold a value: text, numbers, dates, boxes. Each is a native control that keeps its surface informed. */

import { freshId, h } from "./dom.js";
import { change, controlKey, propsOf, words } from "./elements.js";
import { textOf } from "./mrkdwn.js";
import { zone } from "./state.js";
import { epochOf, wallClock } from "./time.js";

function textInput(element, block, surface, type = "text") {
  const { value } = surface.open(block, element, { value: element.initial_value ?? null });
  const node = h(element.multiline ? "textarea" : "input", {
    ...propsOf(element, block),
    ...(element.multiline ? { rows: 4 } : { type }),
    ...(type === "number"
      ? { min: element.min_value, max: element.max_value, step: element.is_decimal_allowed ? "any" : "1" }
      : {}),
    class: "field",
    dir: "auto",
    maxlength: element.max_length,
    placeholder: words(element.placeholder),
    value: value ?? "",
  });
  const left = element.max_length && h("span", { class: "counter" });
  const count = () => left && (left.textContent = `${element.max_length - node.value.length} left`);
  node.addEventListener("input", () => {
    surface.set(block, element, { value: node.value || null });
    count();
  });
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || element.multiline || event.isComposing || !block.dispatch_action) return;
    event.preventDefault();
    surface.press(block, element, { value: node.value || null });
  });
  count();
  return h("span", { class: "field-wrap" }, node, left);
}

function dateInput(type, name) {
  const [selected, initial] = [`selected_${name}`, `initial_${name}`];
  return (element, block, surface) => {
    const held = surface.open(block, element, { [selected]: element[initial] ?? null });
    const node = h("input", { ...propsOf(element, block), class: "field date", type, value: held[selected] ?? "" });
    node.addEventListener("change", () => change(element, block, surface, { [selected]: node.value || null }));
    return node;
  };
}

function dateTimeInput(element, block, surface) {
  const held = surface.open(block, element, { selected_date_time: element.initial_date_time ?? null });
  const value = held.selected_date_time ? wallClock(held.selected_date_time, zone()) : "";
  const node = h("input", { ...propsOf(element, block), class: "field date", type: "datetime-local", value });
  node.addEventListener("change", () =>
    change(element, block, surface, { selected_date_time: epochOf(node.value, zone()) }),
  );
  return h("span", { class: "field-wrap" }, node, h("span", { class: "counter" }, zone()));
}

function boxes(element, block, surface, several) {
  const field = several ? "selected_options" : "selected_option";
  const initial = several ? (element.initial_options ?? []) : (element.initial_option ?? null);
  const held = [surface.open(block, element, { [field]: initial })[field]].flat().map((option) => option?.value);
  const group = freshId("boxes");
  const rows = element.options.map((option) => {
    const control = `${controlKey(block, element)}/${option.value}`;
    const props = {
      type: several ? "checkbox" : "radio",
      name: group,
      checked: held.includes(option.value),
      data: { control },
    };
    return { option, box: h("input", props) };
  });
  const changed = () => {
    const picked = rows.filter(({ box }) => box.checked).map(({ option }) => option);
    return change(element, block, surface, { [field]: several ? picked : (picked[0] ?? null) });
  };
  const labels = rows.map(({ option, box }) =>
    h(
      "label",
      { class: "box" },
      box,
      h("span", {}, textOf(option.text), option.description && h("small", {}, textOf(option.description))),
    ),
  );
  return h("div", { class: "boxes", role: several ? "group" : "radiogroup", onchange: changed }, labels);
}

/** The input elements of this file by their Block Kit type; each takes (element, block, surface). */
export const INPUTS = {
  plain_text_input: textInput,
  number_input: (element, block, surface) => textInput(element, block, surface, "number"),
  email_text_input: (element, block, surface) => textInput(element, block, surface, "email"),
  url_text_input: (element, block, surface) => textInput(element, block, surface, "url"),
  datepicker: dateInput("date", "date"),
  timepicker: dateInput("time", "time"),
  datetimepicker: dateTimeInput,
  checkboxes: (element, block, surface) => boxes(element, block, surface, true),
  radio_buttons: (element, block, surface) => boxes(element, block, surface, false),
};
