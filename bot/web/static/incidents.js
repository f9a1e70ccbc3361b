// The list by keys: / to search, j and k or the arrows from one incident to the next. Enter opens, as links do.

// What had the focus keeps it when the list is drawn anew beneath it.
let focused = "";
document.addEventListener("focusin", (event) => {
  focused = event.target.matches("#found a.key") ? event.target.textContent : "";
});

// An address that can be shared follows what is typed.
document.addEventListener("htmx:after:swap", () => {
  if (focused && document.activeElement === document.body) {
    rows().find((row) => row.textContent === focused)?.focus();
  }
  const { address } = document.getElementById("found").dataset;
  if (!new URLSearchParams(address.split("?")[1]).has("after")) history.replaceState(null, "", address);
});

const rows = () => [...document.querySelectorAll("#found a.key")];

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const search = document.getElementById("q");
  if (event.target === search) {
    if (event.key === "Escape") search.blur();
    if (event.key !== "ArrowDown") return;
  } else if (event.target.closest("input, select, textarea")) {
    return;
  }
  if (event.key === "/") {
    event.preventDefault();
    search.select();
    return;
  }
  const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
  const found = rows();
  const here = found.indexOf(document.activeElement);
  const arrow = event.key.startsWith("Arrow");
  if (!step || !found.length || (arrow && here < 0 && event.target !== search)) return;
  event.preventDefault();
  const next = found[Math.max(0, Math.min(found.length - 1, here < 0 ? 0 : here + step))];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
});
