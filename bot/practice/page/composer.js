/** The box in which people write: messages and slash commands, with completion and the lines typed before. */

import { complete } from "./completion.js";
import { freshId, h } from "./dom.js";

const history = []; // lines sent from this page, oldest first

export class Composer {
  #listId = freshId("suggestions");
  #list = h("div", {
    class: "suggestions",
    role: "listbox",
    id: this.#listId,
    "aria-label": "Suggestions",
    hidden: true,
  });
  #note = h("p", { class: "word-note", hidden: true });
  #offer = { items: [], from: 0, to: 0, note: null };
  #chosen = -1;
  #recalled = history.length;
  #draft = "";

  /** *say* gets each line that is sent and returns false to keep it in the box. */
  constructor({ id, label, say, commands = true }) {
    this.#say = say;
    this.commands = commands;
    this.box = h("textarea", {
      id,
      rows: "1",
      class: "box",
      "aria-label": label,
      role: "combobox",
      "aria-expanded": "false",
      "aria-autocomplete": "list",
      "aria-controls": this.#listId,
      dir: "auto",
      autocomplete: "off",
      spellcheck: "true",
      enterkeyhint: "send",
    });
    const button = h(
      "button",
      { type: "button", class: "send", "aria-label": "Send", title: "Send (Enter)", onclick: () => this.#send() },
      "➤",
    );
    this.node = h(
      "div",
      { class: "composer" },
      this.#list,
      this.#note,
      h("div", { class: "composer-row" }, this.box, button),
    );
    this.box.addEventListener("input", () => this.#changed());
    this.box.addEventListener("click", () => this.#suggest());
    this.box.addEventListener("keydown", (event) => this.#key(event));
    this.box.addEventListener("blur", () => this.#close());
  }

  #say;

  /** Put *text* in the box and the caret after it. */
  fill(text) {
    this.box.value = text;
    this.box.focus();
    this.#changed();
  }

  /** Change what the empty box says, and whether one may write at all. */
  invite(placeholder, disabled = false) {
    this.box.placeholder = placeholder;
    this.box.disabled = disabled;
  }

  #changed() {
    this.box.style.height = "auto";
    this.box.style.height = `${Math.min(this.box.scrollHeight, innerHeight * 0.4)}px`;
    this.#suggest();
  }

  #suggest() {
    const { value, selectionStart } = this.box;
    this.#offer = complete(value, selectionStart);
    if (!this.commands && value.startsWith("/"))
      this.#offer = {
        items: [],
        note: { word: "/", help: "Slash commands do not run in threads. Type it in the channel." },
      };
    this.#chosen = this.#offer.items.length && !/\s$/.test(value.slice(0, selectionStart)) ? 0 : -1;
    this.#draw();
  }

  #draw() {
    const { items, note } = this.#offer;
    this.#list.replaceChildren(...items.map((item, index) => this.#option(item, index)));
    this.#list.hidden = !items.length;
    this.#note.hidden = !note;
    if (note)
      this.#note.replaceChildren(
        h("b", {}, note.word),
        note.hint ? h("span", { class: "hint-part" }, ` ${note.hint}`) : "",
        ` — ${note.help ?? ""}`,
      );
    this.box.setAttribute("aria-expanded", String(Boolean(items.length)));
    const active = this.#list.children[this.#chosen];
    if (active) this.box.setAttribute("aria-activedescendant", active.id);
    else this.box.removeAttribute("aria-activedescendant");
    active?.scrollIntoView({ block: "nearest" });
  }

  #option(item, index) {
    const accept = (event) => {
      event.preventDefault(); // the box keeps the focus
      this.#accept(item);
    };
    return h(
      "div",
      {
        class: "suggestion",
        role: "option",
        id: `${this.#listId}-${index}`,
        "aria-selected": String(index === this.#chosen),
        onmousedown: accept,
      },
      h("span", { class: "suggestion-title" }, item.title),
      h("span", { class: "hint-part" }, item.hint),
      h("span", { class: "suggestion-help" }, item.help),
    );
  }

  #close() {
    this.#offer = { ...this.#offer, items: [] };
    this.#draw();
  }

  #accept(item) {
    const { from, to } = this.#offer;
    const { value } = this.box;
    this.box.value = value.slice(0, from) + item.insert + value.slice(to).trimStart();
    this.box.selectionStart = this.box.selectionEnd = from + item.insert.length;
    this.#changed();
  }

  #key(event) {
    if (event.isComposing) return;
    const { items } = this.#offer;
    const handled = items.length ? this.#keyInList(event, items) : this.#keyInHistory(event);
    if (!handled && event.key === "Enter" && !event.shiftKey) this.#send();
    else if (!handled) return;
    event.preventDefault();
  }

  #keyInList({ key, shiftKey }, items) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[key];
    if (by) {
      this.#chosen =
        this.#chosen < 0 ? (by > 0 ? 0 : items.length - 1) : (this.#chosen + by + items.length) % items.length;
      this.#draw();
    } else if (key === "Tab" && !shiftKey) this.#accept(items[Math.max(0, this.#chosen)]);
    else if (key === "Enter" && !shiftKey && this.#chosen >= 0) this.#accept(items[this.#chosen]);
    else if (key === "Escape") this.#close();
    else return false;
    return true;
  }

  #keyInHistory({ key }) {
    const { value } = this.box;
    const walking = this.#recalled < history.length && value === history[this.#recalled];
    if (key === "ArrowUp" && (value === "" || walking)) this.#recall(this.#recalled - 1);
    else if (key === "ArrowDown" && walking) this.#recall(this.#recalled + 1);
    else return false;
    return true;
  }

  #recall(index) {
    if (this.#recalled === history.length) this.#draft = this.box.value;
    this.#recalled = Math.max(0, Math.min(index, history.length));
    this.fill(history[this.#recalled] ?? this.#draft);
    this.#close();
  }

  #send() {
    const text = this.box.value.trim();
    if (!text || this.box.disabled || this.#say(text) === false) return;
    history.push(text);
    this.#recalled = history.length;
    this.box.value = "";
    this.#changed();
  }
}
