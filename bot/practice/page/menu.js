/** A small menu that opens beside its button, in the top layer, and goes away by itself. */

import { h } from "./dom.js";

const GAP = 4; // pixels between the button and the menu

/** Open a popover holding *content* next to *anchor*; the focus goes in, and back to *anchor* when it closes. */
export function openBeside(anchor, content, props = {}) {
  const popover = h("div", { popover: "auto", class: "popover", ...props }, content);
  (anchor.closest("dialog") ?? document.body).append(popover);
  popover.addEventListener("toggle", ({ newState }) => {
    if (newState !== "closed") return;
    if (popover.contains(document.activeElement) || document.activeElement === document.body)
      anchor.focus({ preventScroll: true });
    popover.remove();
    anchor.setAttribute("aria-expanded", "false");
  });
  popover.showPopover();
  anchor.setAttribute("aria-expanded", "true");
  place(popover, anchor.getBoundingClientRect());
  popover.querySelector("button, a, [tabindex]")?.focus({ preventScroll: true });
  return popover;
}

function place(popover, anchor) {
  const { width, height } = popover.getBoundingClientRect();
  const below = anchor.bottom + GAP + height <= innerHeight || anchor.top < height;
  const top = below ? anchor.bottom + GAP : anchor.top - GAP - height;
  const left = anchor.left + width <= innerWidth ? anchor.left : anchor.right - width;
  popover.style.top = `${Math.max(GAP, Math.min(top, innerHeight - height - GAP))}px`;
  popover.style.left = `${Math.max(GAP, Math.min(left, innerWidth - width - GAP))}px`;
}

/**
 * Open a menu of [label, act] pairs next to *anchor*; a null stands for a line between two groups.
 * Arrow keys move, Home and End jump, Escape closes.
 */
export function openMenu(anchor, items, { label = "Menu", row = false } = {}) {
  const nodes = items.map((entry) => {
    if (!entry) return h("hr", {});
    const [content, act, props] = entry;
    return h(
      "button",
      { type: "button", role: "menuitem", class: "menu-item", ...props, onclick: () => choose(act) },
      content,
    );
  });
  const popover = openBeside(anchor, nodes, {
    role: "menu",
    "aria-label": label,
    class: row ? "popover menu row" : "popover menu",
  });
  popover.addEventListener("keydown", walk);
  function choose(act) {
    popover.hidePopover();
    act();
  }
}

function walk(event) {
  const all = [...event.currentTarget.querySelectorAll("[role=menuitem], [role=option]")];
  const at = all.indexOf(document.activeElement);
  const to = {
    ArrowDown: at + 1,
    ArrowRight: at + 1,
    ArrowUp: at - 1,
    ArrowLeft: at - 1,
    Home: 0,
    End: all.length - 1,
  }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  all.at(to % all.length)?.focus();
}
