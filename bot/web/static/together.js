// One page's share in a text that several people write at once. It holds what the server is known to have (`base` at
// `revision`), what is on its way there (`flying`), and what was typed since (`waiting`); `text` is all three.
// Whatever is lost on the way is sent again under the same number, which the server takes once.

import { between, changed, composed, transformed } from "./edits.js";

const PAUSES = [500, 1000, 2000, 5000, 10000]; // ms, after a connection that failed once, twice …

/** The server answered, and what it said is not for trying again. */
export class Refused extends Error {}

/** The server cannot follow an edit any more; the text must be brought in as a whole. */
export class TooOld extends Error {}

export class Together {
  /**
   * `door` has `edit(sent)`, `merge({base, text})` and `news(revision, seen)`, which answer as the server does and
   * throw Refused, TooOld, or anything else when there is no connection. `told` has `wrote(edit)` for what others
   * changed in the text, `news(news)` and `state(word)`: saved, saving, away, refused.
   */
  constructor(door, told, { client, revision, text }) {
    Object.assign(this, { door, told, client, revision, text, base: text });
    this.flying = null;
    this.waiting = null;
    this.sequence = 0;
    this.seen = "";
    this.failures = 0;
    this.ended = false;
    this.sending = null;
    this.bringing = null;
  }

  /** Whether the server has all that was typed here. */
  get saved() {
    return !this.flying && !this.waiting;
  }

  /** Take in what the text is now, and send it when nothing else is on its way. */
  typed(text) {
    const edit = between(this.text, text);
    if (text === this.text) return;
    this.waiting = this.waiting ? composed(this.waiting, edit) : edit;
    this.text = text;
    this.told.state("saving");
  }

  /** Send what was typed until the server has all of it. */
  async send() {
    this.sending ??= this.sendAll().finally(() => {
      this.sending = null;
    });
    return this.sending;
  }

  async sendAll() {
    while (!this.ended && !this.saved) {
      if (!this.flying) {
        this.flying = this.waiting;
        this.waiting = null;
        this.sequence += 1;
      }
      try {
        const { client, sequence, revision, flying: edit } = this;
        this.receive(await this.door.edit({ client, sequence, revision, edit }));
        this.failures = 0;
      } catch (problem) {
        if (problem instanceof TooOld) await this.bringIn();
        else await this.failed(problem);
        if (problem instanceof Refused) return;
      }
    }
    if (this.saved) this.told.state("saved");
  }

  /** Follow what others write, until the page ends. */
  async follow() {
    while (!this.ended) {
      try {
        const news = await this.door.news(this.revision, this.seen);
        if (this.failures) this.send();
        this.failures = 0;
        this.seen = news.seen;
        this.receive(news);
      } catch (problem) {
        if (problem instanceof TooOld) await this.bringIn();
        else await this.failed(problem);
      }
    }
  }

  /** Take in edits in the order in which the server made them; those that are known already change nothing. */
  receive(news) {
    if (this.bringing) return; // What it says is asked for again, from where that ends.
    if (!news.made) throw new TooOld();
    for (const { revision, client, sequence, edit } of news.made ?? []) {
      if (revision !== this.revision + 1) continue;
      this.revision = revision;
      this.base = changed(this.base, edit);
      if (client === this.client && this.flying && sequence === this.sequence) this.flying = null;
      else this.others(edit);
    }
    this.told.news(news);
  }

  others(edit) {
    let theirs = edit;
    for (const mine of ["flying", "waiting"]) {
      if (!this[mine]) continue;
      const before = theirs;
      theirs = transformed(theirs, this[mine], true);
      this[mine] = transformed(this[mine], before);
    }
    this.text = changed(this.text, theirs);
    this.told.wrote(theirs);
  }

  /** Bring in the text as a whole, with what it was made of. What is typed meanwhile comes after it. */
  async bringIn() {
    this.bringing ??= this.merge()
      .catch((problem) => this.failed(problem))
      .finally(() => {
        this.bringing = null;
      });
    return this.bringing;
  }

  async merge() {
    const sent = this.text;
    const { revision, text } = await this.door.merge({ client: this.client, base: this.base, text: sent });
    const since = sent === this.text ? null : transformed(between(sent, this.text), between(sent, text));
    const before = this.text;
    Object.assign(this, { revision, base: text, flying: null, waiting: since, seen: "" });
    this.text = since ? changed(text, since) : text;
    this.told.wrote(between(before, this.text));
  }

  async failed(problem) {
    if (problem instanceof Refused) {
      this.told.state("refused", problem.message);
      if (problem.final) this.ended = true;
      // What was refused waits for what is typed next, and goes with it.
      this.waiting = this.flying && this.waiting ? composed(this.flying, this.waiting) : (this.flying ?? this.waiting);
      this.flying = null;
    } else {
      this.told.state("away");
    }
    const pause = PAUSES[Math.min(this.failures, PAUSES.length - 1)];
    this.failures += 1;
    await new Promise((wake) => {
      this.wake = wake;
      setTimeout(wake, pause);
    });
  }
}
