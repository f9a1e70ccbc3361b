/** The rail on the left: where one can go, and who one acts as. On a phone it is a drawer. */

import { arrange, h } from "./dom.js";
import { switcher } from "./people.js";
import { goHome, goTo, place } from "./place.js";
import { channelName, isWithBot, now, setClock, workspace } from "./state.js";
import { inUtc } from "./time.js";
import { toast } from "./toast.js";

const STEP = 300; // seconds one press moves a movable clock

const rail = document.getElementById("rail");
const scrim = document.getElementById("scrim");

let choosePerson = () => {};

/** Start the rail; *choose* gets the id of the person to act as. */
export function startRail(choose) {
  choosePerson = choose;
  scrim.addEventListener("click", closeDrawer);
  rail.addEventListener("keydown", (event) => event.key === "Escape" && closeDrawer());
}

/** Open the drawer on a narrow screen. */
export function openDrawer() {
  rail.classList.add("open");
  setBehind(true);
  rail.querySelector("[aria-current=page]")?.focus();
}

/** Close the drawer, if it is open. */
export function closeDrawer() {
  rail.classList.remove("open");
  setBehind(false);
}

function setBehind(behind) {
  scrim.hidden = !behind;
  for (const id of ["channel", "thread"]) document.getElementById(id).inert = behind;
}

/** Draw the rail as the workspace is now. */
export function drawRail() {
  const scrolled = rail.querySelector(".rail-scroll")?.scrollTop ?? 0;
  const focused = rail.contains(document.activeElement) ? document.activeElement.dataset.go : null;
  const all = [...workspace.channels.values()];
  const byName = (a, b) => channelName(a).localeCompare(channelName(b));
  const rooms = all.filter((channel) => !channel.is_im && !channel.is_archived).sort(byName);
  const archived = all.filter((channel) => !channel.is_im && channel.is_archived).sort(byName);
  const apps = all.filter(isWithBot);
  const direct = all.filter((channel) => channel.is_im && !isWithBot(channel)).sort(byName);
  arrange(rail, [
    brand(),
    h(
      "div",
      { class: "rail-scroll" },
      group("App", [homeItem(), ...apps.map(item)]),
      group("Channels", rooms.map(item)),
      direct.length > 0 && group("Direct messages", direct.map(item)),
      archived.length > 0 && group("Archived", archived.map(item)),
    ),
    h("div", { class: "rail-foot" }, clock(), switcher(choosePerson)),
  ]);
  rail.querySelector(".rail-scroll").scrollTop = scrolled;
  if (focused) rail.querySelector(`[data-go="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

function brand() {
  return h(
    "div",
    { class: "brand" },
    h("img", { src: "/page/icon.svg", alt: "", width: "26", height: "26" }),
    h("div", {}, h("strong", {}, "firstfive"), h("small", {}, "practice workspace")),
    h(
      "button",
      { type: "button", class: "tool drawer-close", "aria-label": "Close the list of channels", onclick: closeDrawer },
      "×",
    ),
  );
}

const group = (title, items) =>
  h(
    "section",
    { class: "group" },
    h("h2", {}, title),
    h(
      "ul",
      {},
      items.map((entry) => h("li", {}, entry)),
    ),
  );

function item(channel) {
  const current = place().channel === channel.id;
  const unread = current ? 0 : (channel.unread ?? 0);
  const sign = channel.is_im ? "◦" : channel.is_private ? "🔒" : "#";
  const looks = ["go", unread && "unread", channel.is_archived && "archived"].filter(Boolean).join(" ");
  return h(
    "button",
    {
      type: "button",
      class: looks,
      "aria-current": current ? "page" : null,
      data: { go: channel.id },
      onclick: () => goTo(channel.id),
    },
    h("span", { class: "sign", "aria-hidden": "true" }, sign),
    h("bdi", { class: "go-name", title: channelName(channel) }, channel.is_im ? "Messages" : channelName(channel)),
    unread > 0 && h("span", { class: "dot", role: "img", "aria-label": `${unread} unread` }),
  );
}

function homeItem() {
  const current = place().home;
  return h(
    "button",
    { type: "button", class: "go", "aria-current": current ? "page" : null, data: { go: "home" }, onclick: goHome },
    h("span", { class: "sign", "aria-hidden": "true" }, "⌂"),
    h("span", { class: "go-name" }, "Home"),
  );
}

function clock() {
  if (!workspace.movableClock) return null;
  return h(
    "div",
    { class: "clock" },
    h("span", { title: "The workspace's own clock" }, inUtc(now()).replace(/^.*, /, "")),
    h(
      "button",
      {
        type: "button",
        class: "button small",
        id: "forward",
        data: { go: "forward" },
        onclick: forward,
        title: "Move the workspace's clock five minutes on",
      },
      "+5 min",
    ),
  );
}

async function forward() {
  const body = JSON.stringify({ advance_seconds: STEP });
  try {
    const answer = await fetch("/ui/clock", { method: "POST", headers: { "content-type": "application/json" }, body });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    setClock((await answer.json()).now ?? now() + STEP);
    drawRail();
  } catch {
    toast("The clock did not move. Try again when the workspace answers.");
  }
}
