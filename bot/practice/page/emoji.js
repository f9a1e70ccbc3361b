/** The short names of the usual emoji, and the few that mean something to firstfive. */

const NAMES = {
  "+1": "👍", "-1": "👎", alarm_clock: "⏰", ambulance: "🚑", arrow_down: "⬇️", arrow_forward: "▶️",
  arrow_right: "➡️", arrow_up: "⬆️", ballot_box_with_check: "☑️", bar_chart: "📊", bell: "🔔", beetle: "🐞",
  black_circle: "⚫", black_large_square: "⬛", blue_circle: "🔵", book: "📖", bookmark: "🔖", books: "📚", boom: "💥",
  brown_circle: "🟤", bug: "🐛", bulb: "💡", busts_in_silhouette: "👥", calendar: "📅",
  chart_with_downwards_trend: "📉", chart_with_upwards_trend: "📈", clap: "👏", clipboard: "📋", clock1: "🕐",
  coffee: "☕", construction: "🚧", cry: "😢", dart: "🎯", date: "📅", double_vertical_bar: "⏸️", envelope: "✉️",
  exclamation: "❗", eyes: "👀", fast_forward: "⏩", file_folder: "📁", fire: "🔥", fire_engine: "🚒", gear: "⚙️",
  globe_with_meridians: "🌐", green_circle: "🟢", grey_question: "❔", hammer: "🔨", hammer_and_wrench: "🛠️",
  hand: "✋", heart: "❤️", heavy_check_mark: "✔️", heavy_minus_sign: "➖", heavy_plus_sign: "➕", hourglass: "⌛",
  hourglass_flowing_sand: "⏳", house: "🏠", inbox_tray: "📥", information_source: "ℹ️", joy: "😂", key: "🔑",
  label: "🏷️", large_blue_circle: "🔵", large_green_circle: "🟢", large_orange_circle: "🟠",
  large_purple_circle: "🟣", large_yellow_circle: "🟡", large_green_square: "🟩", link: "🔗", lock: "🔒",
  loudspeaker: "📢", mag: "🔍", mega: "📣", memo: "📝", microscope: "🔬", moon: "🌔", muscle: "💪", no_entry: "⛔",
  no_entry_sign: "🚫", ok: "🆗", ok_hand: "👌", orange_circle: "🟠", package: "📦", page_facing_up: "📄", pager: "📟",
  paperclip: "📎", pencil: "📝", pencil2: "✏️", phone: "☎️", point_right: "👉", pray: "🙏", purple_circle: "🟣",
  pushpin: "📌", question: "❓", radio_button: "🔘", raised_hands: "🙌", recycle: "♻️", red_circle: "🔴",
  repeat: "🔁", rocket: "🚀", rotating_light: "🚨", round_pushpin: "📍", satellite: "📡", scroll: "📜",
  see_no_evil: "🙈", shield: "🛡️", shrug: "🤷", sleeping: "😴", slightly_smiling_face: "🙂", smile: "😄",
  smiley: "😃", sob: "😭", sos: "🆘", sparkles: "✨", speech_balloon: "💬", star: "⭐", stopwatch: "⏱️", sunny: "☀️",
  sweat_smile: "😅", tada: "🎉", telephone_receiver: "📞", thinking_face: "🤔", thumbsdown: "👎", thumbsup: "👍",
  ticket: "🎫", timer_clock: "⏲️", traffic_light: "🚥", triangular_flag_on_post: "🚩", unlock: "🔓", warning: "⚠️",
  wave: "👋", white_check_mark: "✅", white_circle: "⚪", white_large_square: "⬜", white_square: "◻️", wrench: "🔧",
  writing_hand: "✍️", x: "❌", yellow_circle: "🟡", zap: "⚡", zzz: "💤",
};

/** The reactions offered on every message, and what firstfive does with them. */
export const PALETTE = [
  ["pushpin", "timeline"],
  ["white_check_mark", "done"],
  ["ticket", "action item"],
  ["eyes", "looking"],
  ["pray", "thanks"],
];

/** The character of a short name, or undefined when the name is not one we know. */
export const emoji = (name) => (Object.hasOwn(NAMES, name) ? NAMES[name] : undefined);

/** Replace the `:short_names:` in plain text; those we do not know stay as typed. */
export const withEmoji = (text) => text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => emoji(name) ?? whole);
