/** Starts the page: what the socket says goes into the state, what changes there is drawn, where a person goes is shown. */

import { drawChannel, drawMessages, focusComposer } from "./channel.js";
import { drawModal } from "./modal.js";
import { retellTimes } from "./mrkdwn.js";
import { cast } from "./people.js";
import { listenForMoves, place, standIn } from "./place.js";
import { closeDrawer, drawRail, startRail } from "./rail.js";
import { connectAs, listen, send } from "./socket.js";
import { apply, watch, workspace } from "./state.js";
import { drawThread } from "./thread.js";
import { toast } from "./toast.js";

const ACTING = "firstfive.acting"; // who this tab acts as, so that two tabs can be two people
const TICK = 20_000; // milliseconds between two looks at the clock
const PATIENCE = 600; // milliseconds without a connection before anyone needs to know

const notice = document.getElementById("connection");
let noticeLater = null;

function actAs(person) {
  sessionStorage.setItem(ACTING, person);
  closeDrawer();
  connectAs(person);
}

function drawAll() {
  document.title = `${document.querySelector("#channel h1")?.textContent ?? "firstfive"} · firstfive practice`;
  drawRail();
  drawChannel();
  drawThread();
}

function arrive() {
  const { channel, home } = place();
  if (home) send({ type: "open_home" });
  else if (!workspace.channels.has(channel)) {
    const first =
      [...workspace.channels.values()].find((one) => !one.is_im && !one.is_archived) ??
      [...workspace.channels.values()][0];
    if (first) standIn(first.id);
  }
  markRead();
  drawAll();
}

function markRead() {
  const channel = workspace.channels.get(place().channel);
  if (!channel?.unread || document.hidden) return;
  channel.unread = 0;
  send({ type: "read", channel: channel.id });
}

function onMessages({ channel: id, message, isNew }) {
  const channel = workspace.channels.get(id);
  if (isNew && channel && message.user !== workspace.me && !message.ephemeral) {
    channel.unread = (channel.unread ?? 0) + 1;
    markRead();
    drawRail();
  }
  if (id && id !== place().channel) return;
  drawMessages();
  drawThread();
}

function onLink(link) {
  clearTimeout(noticeLater);
  if (link === "up") {
    notice.hidden = true;
    return;
  }
  noticeLater = setTimeout(() => {
    notice.textContent = "The workspace does not answer. Trying again.";
    notice.hidden = false;
  }, PATIENCE);
}

watch("snapshot", () => {
  sessionStorage.setItem(ACTING, workspace.me);
  arrive();
  drawModal();
  focusComposer();
});
watch("channel", () => (workspace.channels.has(place().channel) || place().home ? drawAll() : arrive()));
watch("messages", onMessages);
watch("views", drawModal);
watch("home", () => place().home && drawChannel());
watch("toast", toast);

listenForMoves(() => {
  closeDrawer();
  arrive();
  if (!place().thread) focusComposer();
});
document.addEventListener("visibilitychange", () => (markRead(), drawRail()));
document.addEventListener("keydown", (event) => {
  const person = event.altKey && /^Digit[1-9]$/.test(event.code) ? cast()[Number(event.code.slice(5)) - 1] : null;
  if (!person) return;
  event.preventDefault();
  actAs(person.id);
});
setInterval(() => {
  retellTimes(document);
  drawRail();
}, TICK);

startRail(actAs);
listen(apply, onLink);
connectAs(new URLSearchParams(location.search).get("user") ?? sessionStorage.getItem(ACTING));
