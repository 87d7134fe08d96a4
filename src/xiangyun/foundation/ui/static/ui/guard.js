// Asks before leaving a form with unsaved changes (`data-guard`); sending clears the mark.
import { isTyped, ready } from "./pages.js";

const dirty = new Set();
ready((root) => {
  for (const form of root.querySelectorAll("form[data-guard]")) {
    if (isTyped(form)) dirty.add(form);
    form.addEventListener("input", () => dirty.add(form));
    form.addEventListener("submit", () => dirty.delete(form));
  }
});
addEventListener("beforeunload", (event) => {
  if ([...dirty].some((form) => form.isConnected)) event.preventDefault();
});
