/** Elements that choose from a list: options the app names, people, channels; one or several of them. */

import { h } from "./dom.js";
import { change, propsOf, words } from "./elements.js";
import { channelName, workspace } from "./state.js";

/** A source knows what can be chosen ([value, label, group?]), and how Slack writes one choice down. */
const SOURCES = {
  static: {
    choices: (element) =>
      element.option_groups
        ? element.option_groups.flatMap((group) =>
            group.options.map((option) => [option.value, words(option.text), words(group.label)]),
          )
        : (element.options ?? []).map((option) => [option.value, words(option.text)]),
    written: (value, element) =>
      [...(element.options ?? []), ...(element.option_groups ?? []).flatMap((group) => group.options)].find(
        (option) => option.value === value,
      ) ?? null,
    read: (option) => option?.value,
    one: "option",
  },
  users: {
    choices: () =>
      [...workspace.people.values()].filter((person) => !person.deleted).map((person) => [person.id, person.name]),
    one: "user",
  },
  channels: { choices: () => openChannels((channel) => !channel.is_im), one: "channel" },
  conversations: { choices: () => openChannels(() => true), one: "conversation" },
};

const openChannels = (wanted) =>
  [...workspace.channels.values()]
    .filter((channel) => !channel.is_archived && wanted(channel))
    .map((channel) => [channel.id, channelName(channel)]);

const written = (source, value, element) => (source.written && value ? source.written(value, element) : value || null);

function options(choices) {
  const groups = new Map();
  for (const [value, label, group] of choices)
    groups.set(group, [...(groups.get(group) ?? []), h("option", { value }, label)]);
  return [...groups].map(([label, nodes]) => (label ? h("optgroup", { label }, nodes) : nodes));
}

function selectOne(source) {
  const [selected, initial] = [`selected_${source.one}`, `initial_${source.one}`];
  const read = source.read ?? ((value) => value);
  return (element, block, surface) => {
    const held = surface.open(block, element, { [selected]: element[initial] ?? null });
    const empty = h("option", { value: "" }, words(element.placeholder) || "Choose");
    const node = h(
      "select",
      { ...propsOf(element, block), class: "field select" },
      empty,
      options(source.choices(element)),
    );
    node.value = read(held[selected]) ?? "";
    node.addEventListener("change", () =>
      change(element, block, surface, { [selected]: written(source, node.value, element) }),
    );
    return node;
  };
}

function selectSeveral(source) {
  const [selected, initial] = [`selected_${source.one}s`, `initial_${source.one}s`];
  const read = source.read ?? ((value) => value);
  return (element, block, surface) => {
    const choices = source.choices(element);
    let picked = (surface.open(block, element, { [selected]: element[initial] ?? [] })[selected] ?? []).map(read);
    const chips = h("span", { class: "chips" });
    const node = h("select", { ...propsOf(element, block), class: "field select" });
    const pick = (values) => {
      picked = values;
      draw();
      return change(element, block, surface, { [selected]: values.map((value) => written(source, value, element)) });
    };
    const chip = (value) => {
      const label = choices.find(([candidate]) => candidate === value)?.[1] ?? value;
      const remove = () => pick(picked.filter((other) => other !== value));
      return h(
        "button",
        { type: "button", class: "chip", "aria-label": `Remove ${label}`, onclick: remove },
        label,
        h("span", { "aria-hidden": "true" }, "×"),
      );
    };
    const draw = () => {
      const left = choices.filter(([value]) => !picked.includes(value));
      node.replaceChildren(h("option", { value: "" }, words(element.placeholder) || "Add"), ...options(left).flat());
      node.disabled = picked.length >= (element.max_selected_items ?? Infinity);
      chips.replaceChildren(...picked.map(chip));
    };
    node.addEventListener("change", () => node.value && pick([...picked, node.value]));
    draw();
    return h("span", { class: "several" }, chips, node);
  };
}

/** The choosing elements by their Block Kit type; each takes (element, block, surface). */
export const SELECTS = Object.fromEntries(
  Object.entries(SOURCES).flatMap(([name, source]) => [
    [`${name}_select`, selectOne(source)],
    [`multi_${name}_select`, selectSeveral(source)],
  ]),
);
