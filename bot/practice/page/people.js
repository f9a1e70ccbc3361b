/** The six people one can act as, and how each is shown. */

import { h } from "./dom.js";
import { openBeside } from "./menu.js";
import { now, workspace, zone } from "./state.js";
import { clockTime } from "./time.js";

const INKS = ["#9a3412", "#1e4e8c", "#256029", "#6b2f8a", "#9b1c5a", "#0f5e66"];

const inkOf = (id) => INKS[[...id].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % INKS.length];

const initials = (name) =>
  name
    .split(/\s+/)
    .map((word) => [...word][0] ?? "")
    .slice(0, 2)
    .join("")
    .toUpperCase();

/** Show who someone is by two letters on their colour; the app has its mark instead. */
export function avatar(user, name, ofBot = false) {
  if (ofBot) return h("img", { class: "avatar", src: "/page/icon.svg", alt: "" });
  const node = h("span", { class: "avatar", "aria-hidden": "true" }, initials(name));
  node.style.background = workspace.people.get(user)?.colour ?? inkOf(user ?? name);
  return node;
}

/** Who can be acted as: everyone whose account still works, in the workspace's order. */
export const cast = () =>
  [...workspace.people.values()].filter((person) => !person.deleted && person.id !== workspace.bot.user_id);

/** What a person typed or meant by `@handle`, or undefined. */
export const byHandle = (handle) =>
  [...workspace.people.values()].find((person) => person.handle === handle.toLowerCase());

const city = (person) => person.tz.split("/").at(-1).replaceAll("_", " ");

function row(person) {
  return [
    avatar(person.id, person.name),
    h("span", { class: "person-name" }, h("bdi", {}, person.name), h("small", {}, city(person))),
    h("span", { class: "person-time" }, clockTime(now(), person.tz)),
  ];
}

/** The button that says who one acts as; it opens the list of the others. *choose* gets the id of the chosen person. */
export function switcher(choose) {
  const me = workspace.people.get(workspace.me);
  if (!me) return null;
  const props = {
    type: "button",
    id: "acting",
    class: "person",
    data: { go: "acting" },
    "aria-haspopup": "true",
    "aria-describedby": "acting-as",
    title: `Times are shown in ${zone()}`,
    onclick: ({ currentTarget }) => openCast(currentTarget, choose),
  };
  return h(
    "div",
    { class: "acting" },
    h("span", { class: "acting-label", id: "acting-as" }, "Acting as"),
    h("button", props, row(me), h("span", { class: "chevron", "aria-hidden": "true" }, "⌃")),
  );
}

function openCast(anchor, choose) {
  const option = (person, index) => {
    const props = {
      type: "button",
      class: "person",
      "aria-current": person.id === workspace.me ? "true" : null,
      data: { person: person.id },
      title: `${person.tz} · Alt+${index + 1}`,
      onclick: () => {
        popover.hidePopover();
        choose(person.id);
      },
    };
    return h("button", props, row(person));
  };
  const content = [h("p", { class: "menu-title" }, "Act as"), ...cast().map(option)];
  const popover = openBeside(anchor, content, { class: "popover menu people", "aria-label": "Act as" });
  popover.addEventListener("keydown", step);
}

function step(event) {
  const all = [...event.currentTarget.querySelectorAll("button")];
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!by) return;
  event.preventDefault();
  all.at((all.indexOf(document.activeElement) + by) % all.length).focus();
}
