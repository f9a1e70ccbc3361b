// The editor of a postmortem: the field and what is beside it. What several people write at once is in together.js.

import { between, changed, endOf, moved, pointsBefore, unitsBefore } from "./edits.js";
import { Margin } from "./margin.js";
import { Picker } from "./picker.js";
import { Refused, Together, TooOld } from "./together.js";
import { Undo } from "./undo.js";

const SEND_AFTER = 200; // ms after the last key
const CHECK_AFTER = 400;

const desk = document.querySelector("#desk");
const [area, backdrop, margin] = ["#text", ".backdrop", ".margin"].map((name) => desk.querySelector(name));
const [stateLine, hereLine] = [".state", ".here"].map((name) => desk.querySelector(name));
const { root, client } = desk.dataset;
const csrf = document.querySelector('meta[name="csrf"]').content;

/** Ask the server. What may be tried again is thrown as an Error, what may not as Refused. */
async function ask(path, body) {
  const headers = { Accept: "application/json", "X-CSRF": csrf };
  if (body) headers["Content-Type"] = "application/json";
  const answer = await fetch(root + path, { method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body) });
  if (answer.status === 410) throw new TooOld();
  if (answer.status >= 500 || answer.status === 429) throw new Error(`the server answers ${answer.status}`);
  const said = await answer.json();
  if (answer.ok) return said;
  const refusal = new Refused(said.detail);
  refusal.status = answer.status;
  refusal.final = [401, 403, 404].includes(answer.status);
  throw refusal;
}

const door = {
  edit: (sent) =>
    ask("/edits", sent).catch((problem) => {
      throw problem.status === 422 ? new TooOld() : problem;
    }),
  merge: (text) => ask("/merge", text),
  news: (revision, seen) => ask(`/edits?${new URLSearchParams({ revision, client, seen_last: seen })}`),
};

const STATES = {
  saved: () => "Saved",
  saving: () => "Saving …",
  away: () => "No connection. What you write stays here, and is saved once it is back.",
  refused: (why) => `Not saved: ${why}`,
};

const told = {
  state(word, why) {
    const line = STATES[word](why);
    if (stateLine.textContent !== line) stateLine.textContent = line;
    stateLine.dataset.state = word;
  },
  wrote: (edit) => showOthers(edit),
  news(news) {
    const others = [...new Set(news.here.filter((one) => one.client !== client).map((one) => one.name))];
    hereLine.textContent = others.length ? `${others.join(", ")} ${others.length === 1 ? "is" : "are"} here` : "";
    if (String(news.comments) !== desk.dataset.comments) {
      desk.dataset.comments = news.comments;
      loadComments();
    }
    if (news.version) {
      const link = Object.assign(document.createElement("a"), { href: `${root}/versions`, textContent: news.version });
      document.querySelector("#versions").replaceChildren(link);
    }
    desk.dataset.revision = news.revision;
  },
};

// A browser may put back what was in the field before a reload; the page says what the server has.
area.value = area.defaultValue;
const together = new Together(door, told, { client, revision: Number(desk.dataset.revision), text: area.value });
const notes = new Margin(area, backdrop, margin);
const history = new Undo();

function grow() {
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight}px`;
}

/** Change the field to what others made of it, the selection where it was among the words. */
function showOthers(edit) {
  const before = area.value;
  const place = (units) => unitsBefore(together.text, moved(pointsBefore(before, units), edit));
  const { selectionStart, selectionEnd, selectionDirection } = area;
  area.value = together.text;
  area.setSelectionRange(place(selectionStart), place(selectionEnd), selectionDirection);
  history.others(edit);
  changedBy(edit);
}

function changedBy(edit) {
  grow();
  notes.edited(edit);
  soon("check", check, CHECK_AFTER);
}

const timers = {};
function soon(name, act, after) {
  clearTimeout(timers[name]);
  timers[name] = setTimeout(act, after);
}

function typed() {
  if (area.value === together.text) return;
  const edit = between(together.text, area.value);
  history.typed(edit, together.text);
  take(edit);
}

function take(edit) {
  together.typed(area.value);
  changedBy(edit);
  soon("send", () => together.send(), SEND_AFTER);
}

/** Undo what was typed here last, or do it again; the caret goes where that was. */
function goBack(edit) {
  if (!edit) return;
  area.value = changed(area.value, edit);
  const place = unitsBefore(area.value, endOf(edit));
  area.setSelectionRange(place, place);
  take(edit);
}

/** Write in the field as a key would. */
function write(from, to, text) {
  area.focus();
  area.setRangeText(text, from, to, "end");
  area.dispatchEvent(new Event("input"));
}

let checking = 0;
async function check() {
  const number = (checking += 1);
  const text = area.value;
  try {
    const said = await ask("/check", { text });
    if (number !== checking || text !== area.value) return;
    desk.querySelector("#preview").innerHTML = said.preview;
    desk.querySelector("#findings").innerHTML = said.findings;
    desk.querySelector("#found").textContent = `${said.count} ${said.count === 1 ? "finding" : "findings"}`;
    notes.collect();
  } catch {
    // What it looks like is told again with the next key; what was typed does not depend on it.
  }
}

async function loadComments() {
  const section = desk.querySelector("#comments");
  if (section.contains(document.activeElement) && document.activeElement.value) {
    document.activeElement.addEventListener("blur", () => soon("comments", loadComments, 300), { once: true });
    return;
  }
  const answer = await fetch(`${root}/comments`).catch(() => null);
  if (answer?.ok) {
    section.innerHTML = await answer.text();
    notes.collect();
  }
}

/** Send one of the forms of comments without leaving the page. */
async function submitComment(event) {
  const form = event.target;
  if (!form.closest("#comments")) return;
  event.preventDefault();
  await together.send();
  const body = new URLSearchParams(new FormData(form, event.submitter));
  const answer = await fetch(form.action, { method: "POST", headers: { Accept: "application/json" }, body }).catch(() => null);
  const refusal = answer?.ok ? "" : ((await answer?.json().catch(() => null))?.detail ?? "There is no connection. Try again.");
  stateLine.textContent = refusal || "Saved";
  document.activeElement?.blur();
  if (!refusal) await loadComments();
}

async function saveVersion() {
  await together.send();
  try {
    const { version } = await ask("/versions", {});
    stateLine.textContent = `Kept as version ${version}`;
  } catch (problem) {
    stateLine.textContent = problem.message;
  }
}

function commentOnSelection() {
  const form = margin.querySelector("#new-comment");
  const { selectionStart, selectionEnd, value } = area;
  form.open = true;
  form.dataset.top = selectionStart === selectionEnd ? "" : notes.heightAt(selectionStart);
  form.querySelector("[name=quote]").value = value.slice(selectionStart, selectionEnd);
  form.querySelector("[name=instead]").value = value.slice(selectionStart, selectionEnd);
  form.querySelector("[name=start]").value = pointsBefore(value, selectionStart);
  notes.place();
  form.querySelector(selectionStart === selectionEnd ? "[name=quote]" : "[name=text]").focus();
}

function show(note) {
  const [start, end] = ["start", "end"].map((name) => unitsBefore(area.value, Number(note.dataset[name])));
  area.focus();
  area.setSelectionRange(start, end);
}

const DOES = {
  entry: () => write(area.selectionStart, area.selectionEnd, /(^|[\s(])$/.test(area.value.slice(0, area.selectionStart)) ? "#" : " #"),
  comment: commentOnSelection,
  version: saveVersion,
  preview(button) {
    const isOn = desk.classList.toggle("previewing");
    button.ariaPressed = String(isOn);
  },
  show: (button) => show(button.closest(".note")),
  take: (button) => takeRewrite(button, false),
  begin: (button) => takeRewrite(button, true),
};

/** Take a rewrite: what is mended stands; an example stays selected, to be filled in. */
function takeRewrite(button, isExample) {
  const [from, to] = ["from", "to"].map((name) => unitsBefore(area.value, Number(button.dataset[name])));
  const end = button.dataset.text === "" && area.value[to] === " " ? to + 1 : to;
  write(from, end, button.dataset.text);
  if (isExample) area.setSelectionRange(from, from + button.dataset.text.length);
}

desk.addEventListener("click", (event) => {
  const button = event.target.closest("[data-does]");
  if (button) DOES[button.dataset.does](button);
});
desk.addEventListener("submit", submitComment);
desk.addEventListener("toggle", () => notes.place(), true);
area.addEventListener("input", typed);
area.addEventListener("beforeinput", (event) => {
  const back = { historyUndo: "undo", historyRedo: "redo" }[event.inputType];
  if (!back) return;
  event.preventDefault();
  goBack(history[back](area.value));
});
area.addEventListener("keydown", (event) => {
  const key = event.key.toLowerCase();
  if (!(event.ctrlKey || event.metaKey) || event.altKey || !["z", "y"].includes(key)) return;
  event.preventDefault();
  goBack(key === "y" || event.shiftKey ? history.redo(area.value) : history.undo(area.value));
});
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "s") {
    event.preventDefault();
    saveVersion();
  }
});
window.addEventListener("beforeunload", (event) => {
  if (!together.saved) event.preventDefault();
});
window.addEventListener("online", () => together.wake?.());
for (const link of document.querySelectorAll(".way a, .way button")) {
  link.addEventListener("click", () => together.send());
}

let entries = null;
new Picker(area, desk.querySelector("#picker"), {
  entries: () => (entries ??= ask("/entries").catch(() => ((entries = null), []))),
  write,
  heightAt: (units) => notes.heightAt(units),
});

desk.classList.add("alive");
desk.querySelector(".tools").hidden = false;
grow();
notes.collect();
document.fonts.ready.then(() => notes.place());
together.follow();
