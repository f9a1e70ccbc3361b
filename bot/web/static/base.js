// What every page does: requests that htmx makes carry the mark of our forms.

document.addEventListener("htmx:config:request", (event) => {
  event.detail.ctx.request.headers["X-CSRF"] = document.querySelector('meta[name="csrf"]').content;
});
