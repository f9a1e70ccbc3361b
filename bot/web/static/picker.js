// Choosing an entry of the timeline: `#` and a number or a word opens a list, Enter writes a link to the entry.

const SHOWN = 8;
const ASKED = /(?:^|[\s(])#([\p{L}\p{N}]{0,20})$/u;

export class Picker {
  /** `entries` returns the entries, `write(from, to, text)` changes the field, `heightAt` tells where the caret is. */
  constructor(area, list, { entries, write, heightAt }) {
    Object.assign(this, { area, list, entries, write, heightAt });
    this.found = [];
    this.chosen = 0;
    area.setAttribute("aria-controls", list.id);
    area.setAttribute("aria-autocomplete", "list");
    area.addEventListener("input", () => this.look());
    area.addEventListener("keydown", (event) => this.key(event));
    area.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.take(this.found[[...list.children].indexOf(option)]);
    });
  }

  get asked() {
    const { selectionStart, selectionEnd, value } = this.area;
    return selectionStart === selectionEnd ? ASKED.exec(value.slice(Math.max(0, selectionStart - 22), selectionStart)) : null;
  }

  async look() {
    const asked = this.asked;
    if (!asked) return this.close();
    const word = asked[1].toLowerCase();
    const all = await this.entries();
    if (this.asked?.[1].toLowerCase() !== word) return undefined;
    const fits = (entry) => String(entry.seq).startsWith(word) || `${entry.who} ${entry.what}`.toLowerCase().includes(word);
    this.found = all.filter(fits).sort((one, other) => (String(other.seq) === word) - (String(one.seq) === word)).slice(0, SHOWN);
    return this.show();
  }

  show() {
    this.list.replaceChildren(
      ...this.found.map((entry, at) => {
        const option = document.createElement("li");
        option.id = `entry-option-${at}`;
        option.role = "option";
        const number = document.createElement("b");
        number.textContent = `#${entry.seq}`;
        const when = document.createElement("small");
        when.textContent = entry.when;
        option.append(number, " ", when, ` ${entry.who}: ${entry.what}`);
        return option;
      }),
    );
    this.list.hidden = !this.found.length;
    if (this.found.length) {
      this.list.style.top = `${this.heightAt(this.area.selectionStart)}px`;
      this.choose(0);
    } else this.close();
  }

  choose(at) {
    this.chosen = (at + this.found.length) % this.found.length;
    for (const [index, option] of [...this.list.children].entries()) option.ariaSelected = String(index === this.chosen);
    this.area.setAttribute("aria-activedescendant", `entry-option-${this.chosen}`);
    this.list.children[this.chosen].scrollIntoView({ block: "nearest" });
  }

  key(event) {
    if (this.list.hidden || event.isComposing) return;
    if (event.key === "ArrowDown") this.choose(this.chosen + 1);
    else if (event.key === "ArrowUp") this.choose(this.chosen - 1);
    else if (event.key === "Enter" || event.key === "Tab") this.take(this.found[this.chosen]);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  take(entry) {
    const asked = this.asked;
    if (!asked) return;
    const to = this.area.selectionStart;
    this.write(to - asked[1].length - 1, to, `[#${entry.seq}](#entry-${entry.seq})`);
    this.close();
  }

  close() {
    this.list.hidden = true;
    this.area.removeAttribute("aria-activedescendant");
  }
}
