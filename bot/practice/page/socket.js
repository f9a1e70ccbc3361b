/** The one socket to the workspace: it carries events in and what a person does out, and mends itself. */

const WAITS = [500, 1000, 2000, 4000, 8000]; // milliseconds before each new try; the last one repeats

let socket = null;
let person = null;
let failures = 0;
let retry = null;
let heard = () => {};
let noticed = () => {};

/** Tell *onEvent* of every event and *onLink* whether the socket is up ("up" or "down"). */
export function listen(onEvent, onLink) {
  heard = onEvent;
  noticed = onLink;
}

/** Connect as *user* (null: whoever the workspace proposes), leaving the connection of the one before. */
export function connectAs(user) {
  person = user;
  clearTimeout(retry);
  const old = socket;
  socket = null;
  old?.close();
  open();
}

/** Send one thing a person did. Returns false when there is no connection, so that nothing is lost unnoticed. */
export function send(event) {
  if (socket?.readyState !== WebSocket.OPEN) {
    noticed("down");
    return false;
  }
  socket.send(JSON.stringify(event));
  return true;
}

function open() {
  const address = new URL("/ui/ws", location.href);
  address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  if (person) address.searchParams.set("user", person);
  const mine = new WebSocket(address);
  socket = mine;
  mine.onmessage = ({ data }) => {
    if (mine !== socket) return;
    failures = 0;
    noticed("up");
    heard(JSON.parse(data));
  };
  mine.onclose = () => {
    if (mine !== socket) return;
    noticed("down");
    retry = setTimeout(open, WAITS[Math.min(failures, WAITS.length - 1)]);
    failures += 1;
  };
}
