// An incident's page: an address that names an entry leads to it, also when the page shows another part of the timeline.

function goTo() {
  const name = /^#entry-(\d{1,9})$/.exec(location.hash);
  if (!name) return;
  const there = document.getElementById(location.hash.slice(1));
  if (there) {
    there.scrollIntoView();
    return;
  }
  const address = new URL(location.href);
  if (address.searchParams.get("entry") === name[1]) return; // There is no such entry.
  for (const word of ["after", "before", "q"]) address.searchParams.delete(word);
  address.searchParams.set("entry", name[1]);
  location.replace(address);
}

addEventListener("hashchange", goTo);
goTo();

// A form is sent once, however often its button is pressed.
document.addEventListener("submit", (event) => {
  if (!event.target.matches("form.act")) return;
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "1";
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form.act")) delete form.dataset.sent;
});
