// Runs a helper on the page and again on every part that htmx swaps in.
export function ready(helper) {
  helper(document);
  document.addEventListener("htmx:load", (event) => {
    if (event.target !== document.body) helper(event.target);
  });
}

export function say(text) {
  const box = document.getElementById("announcer");
  if (!box) return;
  const card = document.createElement("div");
  card.className = "toast-card note";
  card.textContent = text;
  box.replaceChildren(card);
  setTimeout(() => card.remove(), 6000);
}
