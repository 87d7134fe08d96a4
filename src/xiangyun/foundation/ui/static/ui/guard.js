// Asks before leaving a form with unsaved changes (`data-guard`); sending clears the mark.
import { ready } from "./pages.js";

const dirty = new Set();
ready((root) => {
  for (const form of root.querySelectorAll("form[data-guard]")) {
    form.addEventListener("input", () => dirty.add(form));
    form.addEventListener("submit", () => dirty.delete(form));
  }
});
addEventListener("beforeunload", (event) => {
  if ([...dirty].some((form) => form.isConnected)) event.preventDefault();
});
