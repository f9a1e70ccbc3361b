/** Times as the acting person reads them: seconds since the epoch in, words in their zone out. */

const formats = new Map();

function format(seconds, zone, options) {
  const key = zone + JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options }));
  return formats.get(key).format(new Date(seconds * 1000));
}

const TIME = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const NUMBERS = { year: "numeric", month: "2-digit", day: "2-digit" };

const dayNumber = (seconds, zone) => format(seconds, zone, NUMBERS).split("/").reverse().join("-");

/** "14:03" */
export const clockTime = (seconds, zone) => format(seconds, zone, TIME);

/** "22 Nov 2026, 14:03 UTC" */
export const inUtc = (seconds) =>
  `${format(seconds, "UTC", { day: "numeric", month: "short", year: "numeric" })}, ${clockTime(seconds, "UTC")} UTC`;

/** "2026-11-22" in *zone*: two times on the same day give the same text. */
export const dateOf = dayNumber;

function pretty(seconds, zone, now, options) {
  const day = dayNumber(seconds, zone);
  if (day === dayNumber(now, zone)) return "today";
  if (day === dayNumber(now - 86400, zone)) return "yesterday";
  if (day === dayNumber(now + 86400, zone)) return "tomorrow";
  return format(seconds, zone, options);
}

/** "Today", "Yesterday" or "Friday 20 November 2026", for the line between two days. */
export function dayTitle(seconds, zone, now) {
  const title = pretty(seconds, zone, now, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
  return title[0].toUpperCase() + title.slice(1);
}

/** "3 minutes ago", "in 2 hours". */
export function ago(seconds, now) {
  const apart = seconds - now;
  const [unit, size] = [
    ["day", 86400],
    ["hour", 3600],
    ["minute", 60],
  ].find(([, s]) => Math.abs(apart) >= s) ?? ["second", 1];
  return new Intl.RelativeTimeFormat("en-GB", { numeric: "auto" }).format(Math.trunc(apart / size), unit);
}

const LONG = { day: "numeric", month: "long", year: "numeric" };
const SHORT = { day: "numeric", month: "short", year: "numeric" };
const FULL = { weekday: "long", ...LONG };

/** What each word in braces of Slack's `<!date^…>` stands for. */
const DATE_WORDS = {
  date_num: (s, zone) => dayNumber(s, zone),
  date_slash: (s, zone) => format(s, zone, NUMBERS),
  date: (s, zone) => format(s, zone, LONG),
  date_short: (s, zone) => format(s, zone, SHORT),
  date_long: (s, zone) => format(s, zone, FULL),
  date_pretty: (s, zone, now) => pretty(s, zone, now, LONG),
  date_short_pretty: (s, zone, now) => pretty(s, zone, now, SHORT),
  date_long_pretty: (s, zone, now) => pretty(s, zone, now, FULL),
  day_divider_pretty: (s, zone, now) => pretty(s, zone, now, FULL),
  time: (s, zone) => clockTime(s, zone),
  time_secs: (s, zone) => format(s, zone, { ...TIME, second: "2-digit" }),
  ago: (s, _zone, now) => ago(s, now),
};

/** Fill Slack's date template, "{date_short} at {time}", for a reader in *zone*; unknown words stay as they are. */
export function fillDate(template, seconds, zone, now) {
  return template.replace(/\{(\w+)\}/g, (whole, word) => DATE_WORDS[word]?.(seconds, zone, now) ?? whole);
}

function offset(seconds, zone) {
  const [date, time] = [dayNumber(seconds, zone), format(seconds, zone, { ...TIME, second: "2-digit" })];
  return Date.parse(`${date}T${time}Z`) / 1000 - Math.floor(seconds);
}

/** Seconds since the epoch of a wall-clock time ("2026-11-22T14:03") in *zone*; null when it is incomplete. */
export function epochOf(wallClock, zone) {
  const asUtc = Date.parse(`${wallClock}Z`) / 1000;
  if (Number.isNaN(asUtc)) return null;
  return asUtc - offset(asUtc - offset(asUtc, zone), zone);
}

/** The wall-clock time in *zone*, in the form that a datetime-local control holds. */
export const wallClock = (seconds, zone) => `${dayNumber(seconds, zone)}T${clockTime(seconds, zone)}`;
