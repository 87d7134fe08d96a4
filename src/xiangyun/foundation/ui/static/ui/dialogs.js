// Native dialogs: `data-dialog="id"` opens one; a form with `data-confirm="question"` asks before it is sent.
import { ready } from "./pages.js";

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  if (dialog && dialog.showModal) {
    event.preventDefault();
    dialog.showModal();
  }
});

function ask(question, label, danger) {
  const dialog = document.createElement("dialog");
  dialog.className = "sheet";
  const title = document.createElement("h2");
  title.textContent = question;
  const actions = document.createElement("form");
  actions.method = "dialog";
  actions.className = "sheet-actions";
  for (const [value, text, kind] of [["no", "取消", "btn"], ["yes", label || "确定", danger ? "btn btn-danger" : "btn btn-primary"]]) {
    const button = document.createElement("button");
    button.value = value;
    button.className = kind;
    button.textContent = text;
    actions.append(button);
  }
  dialog.append(title, actions);
  document.body.append(dialog);
  dialog.showModal();
  // the keyboard goes on where it was: Enter or Ctrl+Enter confirms what does no harm, a key held down never does
  if (!danger) actions.lastElementChild.focus();
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.stopPropagation();
    if (event.repeat || event.ctrlKey || event.metaKey) event.preventDefault();
    if (!event.repeat && !danger && (event.ctrlKey || event.metaKey)) dialog.close("yes");
  });
  return new Promise((answer) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      answer(dialog.returnValue === "yes");
    });
  });
}

ready((root) => {
  for (const form of root.querySelectorAll("form[data-confirm]")) {
    form.addEventListener("submit", async (event) => {
      if (form.dataset.confirmed) return;
      event.preventDefault();
      const submitter = event.submitter;
      if (await ask(form.dataset.confirm, form.dataset.confirmLabel, "confirmDanger" in form.dataset)) {
        form.dataset.confirmed = "1";
        form.requestSubmit(submitter);
      }
    });
  }
  // a second click on a button that has already sent its form does nothing
  for (const form of root.querySelectorAll("form[method=post]:not([data-many])")) {
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "1";
      setTimeout(() => event.submitter && event.submitter.setAttribute("data-busy", ""), 0);
      setTimeout(() => { delete form.dataset.sent; event.submitter && event.submitter.removeAttribute("data-busy"); }, 8000);
    });
  }
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll("[data-busy]")) button.removeAttribute("data-busy");
});
