/** Files in a message: name and size, a look inside for text and Markdown, and the whole in a tab of its own. */

import { h, link } from "./dom.js";
import { markdown } from "./markdown.js";

const UNITS = ["bytes", "kB", "MB", "GB"];
const FOLDED = 900; // characters of a preview above which it starts folded
const LONGEST = 200_000; // bytes of a file that is looked into

const kept = new Set(); // ids of the files whose preview a person has unfolded
const bodies = new Map(); // file id -> promise of its text

function sizeOf(bytes) {
  if (typeof bytes !== "number") return "";
  const step = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  return `${step ? (bytes / 1000 ** step).toFixed(1) : bytes} ${UNITS[step]}`;
}

const isMarkdown = (file) =>
  /markdown/.test(file.mimetype ?? file.filetype ?? "") || /\.(md|markdown)$/i.test(file.name ?? "");

const isText = (file) => isMarkdown(file) || /^text\/(?!html)|json/.test(file.mimetype ?? "");

async function fetchBody(file) {
  const answer = await fetch(new URL(file.url_private, location.href).pathname);
  return answer.ok ? answer.text() : "";
}

function bodyOf(file) {
  if (!bodies.has(file.id))
    bodies.set(file.id, file.preview ? Promise.resolve(file.preview) : fetchBody(file).catch(() => ""));
  return bodies.get(file.id);
}

function inside(file) {
  if (!isText(file) || file.size > LONGEST) return null;
  const node = h("div", { class: "inside", hidden: true });
  bodyOf(file).then((text) => {
    if (!text) return;
    node.append(...look(file, text));
    node.hidden = false;
    node.dispatchEvent(new Event("load"));
  });
  return node;
}

function look(file, text) {
  const body = isMarkdown(file)
    ? h("div", { class: "text document" }, markdown(text))
    : h("pre", { tabindex: "0" }, text);
  const preview = h("div", { class: "preview" }, body);
  if (text.length <= FOLDED) return [preview];
  const more = h("button", { type: "button", class: "button small", data: { control: `fold/${file.id}` } });
  const draw = () => {
    preview.classList.toggle("folded", !kept.has(file.id));
    more.setAttribute("aria-expanded", String(kept.has(file.id)));
    more.textContent = kept.has(file.id) ? "Show less" : "Show all";
  };
  more.addEventListener("click", () => {
    if (!kept.delete(file.id)) kept.add(file.id);
    draw();
  });
  draw();
  return [preview, more];
}

/** Render one file of a message. */
export function fileCard(file) {
  const name = file.title || file.name || "File";
  return h(
    "article",
    { class: "file", "aria-label": name },
    h(
      "header",
      {},
      h(
        "span",
        { class: "file-icon", "aria-hidden": "true" },
        (file.name ?? "").split(".").at(-1).slice(0, 4) || "file",
      ),
      h(
        "span",
        { class: "file-name" },
        h("bdi", {}, name),
        h("small", {}, [file.name !== name && file.name, sizeOf(file.size)].filter(Boolean).join(" · ")),
      ),
      file.url_private && link(file.url_private, "Open in a new tab"),
    ),
    inside(file),
  );
}
