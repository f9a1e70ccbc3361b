/** Building elements without markup strings: whatever a person wrote can only ever become a text node. */

const SAFE_URL = /^(https?|mailto|tel):/i;

/**
 * Make an element. Children are nodes or strings (null and false are left out); `on…` props are listeners,
 * `data` is a map of data attributes, true and false set and leave out an attribute.
 */
export function h(tag, props, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "data") Object.assign(element.dataset, value);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false),
  );
  return element;
}

/** Make a fragment of nodes and strings. */
export function fragment(...children) {
  const all = document.createDocumentFragment();
  all.append(...children.flat(Infinity).filter(Boolean));
  return all;
}

/** Return the address if a browser may follow it (web, mail, telephone), else null: `javascript:` never becomes a link. */
export function safeUrl(url) {
  const address = String(url ?? "").trim();
  if (address.startsWith("/") && !address.startsWith("//")) return address;
  return SAFE_URL.test(address) ? address : null;
}

/** Make a link to outside that tells the other side nothing about us; an address we do not trust stays text. */
export function link(url, ...children) {
  const href = safeUrl(url);
  if (!href) return h("span", {}, ...children);
  return h("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

/**
 * Make *parent* hold exactly *nodes*, in this order, moving only what is out of place, so that
 * the nodes that stay keep their focus, selection and running animations.
 */
export function arrange(parent, nodes) {
  const wanted = new Set(nodes);
  for (const node of [...parent.childNodes]) if (!wanted.has(node)) node.remove();
  nodes.forEach((node, index) => {
    if (parent.childNodes[index] !== node) parent.insertBefore(node, parent.childNodes[index] ?? null);
  });
}

/** Swap *old* for *fresh* and put the focus back on the control with the same `data-control`, if it had it. */
export function swap(old, fresh) {
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const caret = focused?.selectionStart;
  old.replaceWith(fresh);
  if (!focused) return;
  const control =
    focused.dataset.control && fresh.querySelector(`[data-control="${CSS.escape(focused.dataset.control)}"]`);
  (control || fresh).focus({ preventScroll: true });
  if (control && typeof caret === "number") control.setSelectionRange?.(caret, caret);
}

let serial = 0;

/** Return an id no other element has, for tying labels, hints and errors to their control. */
export function freshId(prefix) {
  serial += 1;
  return `${prefix}-${serial}`;
}
