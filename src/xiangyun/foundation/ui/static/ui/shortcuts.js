// Keyboard: `/` search, `?` help, j/k/Enter in `[data-rows]`, Ctrl+Enter sends the form in focus, `data-key` presses its button or goes to its field.
const typing = (element) => element && (element.isContentEditable || element.matches?.("textarea, select, input:not([type=radio], [type=checkbox], [type=file], [type=submit], [type=button])"));

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.form) return void event.target.form.requestSubmit();
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key === "/") {
    const search = document.querySelector("[data-shortcut-search]");
    if (search) { event.preventDefault(); search.focus(); search.select?.(); }
  } else if (event.key === "?") showHelp();
  else if (event.key === "j" || event.key === "k") move(event.key === "j" ? 1 : -1);
  else if (event.key === "Enter" && event.target === document.body) document.querySelector(".is-at a")?.click();
  else press(event);
});
document.addEventListener("click", (event) => { if (event.target.closest("[data-shortcut-help]")) showHelp(); });

// the key's own letter must not land in the field that the press brings into focus
function press(event) {
  const target = [...document.querySelectorAll(`[data-key="${CSS.escape(event.key)}"]`)].find((each) => !each.disabled && !each.closest("[hidden]"));
  if (!target) return;
  event.preventDefault();
  if (typing(target)) target.focus();
  else target.click();
}

function showHelp() { document.getElementById("shortcut-help")?.showModal(); }

function move(step) {
  const rows = [...document.querySelectorAll("[data-rows] > *")];
  if (!rows.length) return;
  const at = rows.findIndex((row) => row.classList.contains("is-at"));
  const next = rows[Math.min(rows.length - 1, Math.max(0, at + step))];
  rows.forEach((row) => row.classList.toggle("is-at", row === next));
  next.scrollIntoView({ block: "nearest" });
}
