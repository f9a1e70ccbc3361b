/** Where the person is: a channel, a thread, or the app's Home. Kept in the address, so Back and reload work. */

const HOME = "home";

let moved = () => {};

/** Call *onMove* whenever the person goes somewhere else. */
export function listenForMoves(onMove) {
  moved = onMove;
  addEventListener("hashchange", () => moved());
}

/** Return {channel, thread, home} as the address says; all null when it says nothing. */
export function place() {
  const [channel, thread] = location.hash.slice(1).split("/").map(decodeURIComponent);
  return { home: channel === HOME, channel: channel && channel !== HOME ? channel : null, thread: thread || null };
}

/** Go to *channel*, with its *thread* open if one is given. */
export function goTo(channel, thread = null) {
  const address = thread ? `#${channel}/${thread}` : `#${channel}`;
  if (address === location.hash) moved();
  else location.hash = address;
}

/** Go to the app's Home. */
export const goHome = () => goTo(HOME);

/** Stand in *channel* without a step in the browser's history: for a person who cannot see where they stood. */
export function standIn(channel) {
  history.replaceState(null, "", `#${channel}`);
}
