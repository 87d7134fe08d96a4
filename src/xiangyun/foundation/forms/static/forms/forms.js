// A form that saves itself: applies what the server says after each save. Rules live on the server only.
import { atRest, tell } from "../ui/checks.js";
import { isTyped } from "../ui/pages.js";

const dirty = new Set();

function bodyOf(id) {
  return document.querySelector(`.form-body[data-form="${id}"]`);
}

document.addEventListener("forms:state", async (event) => {
  const body = bodyOf(event.detail.form);
  if (!body) return;
  await atRest();
  const visible = new Set(event.detail.visible);
  body.querySelectorAll("[data-field]").forEach((field) => { field.hidden = !visible.has(field.dataset.field); });
  body.querySelectorAll("[data-section]").forEach((section) => {
    section.hidden = !section.querySelector("[data-field]:not([hidden])");
  });
  const fieldOf = (name) => body.querySelector(`[data-field="${name}"]`);
  event.detail.right.forEach((name) => tell(fieldOf(name), ""));
  Object.entries(event.detail.problems).forEach(([name, text]) => tell(fieldOf(name), text));
  dirty.delete(body);
});

for (const name of ["input", "change"]) document.addEventListener(name, (event) => {
  const body = event.target.closest(".form-body[data-form]");
  if (body && body.dataset.form) dirty.add(body);
});

// what was typed before this script came is saved too, as soon as the form can save itself
document.addEventListener("DOMContentLoaded", () => {
  for (const body of document.querySelectorAll(".form-body[hx-post]")) {
    if (isTyped(body)) body.dispatchEvent(new Event("change", { bubbles: true }));
  }
});

// a form that is sent while it saves itself waits for that save, whose revision it must carry; later saves are dropped
const saving = new WeakSet();
const leaving = new Map();

document.addEventListener("htmx:beforeRequest", (event) => {
  if (!event.target.matches(".form-body[data-form]")) return;
  if (leaving.has(event.target)) event.preventDefault();
  else saving.add(event.target);
});

// what could not be saved because the login has ended is kept by the server until the login is back
document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (event.detail.xhr.status === 401) dirty.clear();
});

document.addEventListener("htmx:afterRequest", (event) => {
  const body = event.target;
  saving.delete(body);
  if (!leaving.has(body)) return;
  body.closest("form").requestSubmit(leaving.get(body));
  setTimeout(() => leaving.delete(body));
});

document.addEventListener("submit", (event) => {
  const body = event.target.querySelector(".form-body[data-form]");
  if (!body || !saving.has(body)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  leaving.set(body, event.submitter);
}, true);

document.addEventListener("submit", () => dirty.clear());

window.addEventListener("beforeunload", (event) => {
  if (dirty.size) event.preventDefault();
});

// the next level of a division appears when its upper level is chosen
document.addEventListener("change", async (event) => {
  const box = event.target.closest(".region-selects");
  if (!box) return;
  const select = event.target;
  const level = Number(select.dataset.level);
  box.querySelectorAll("select").forEach((each) => { if (Number(each.dataset.level) > level) each.remove(); });
  if (!select.value || level >= Number(box.dataset.regionLevel)) return;
  const answer = await fetch(`${box.dataset.children}?code=${select.value}&virtual=0`);
  if (!answer.ok) return;
  const { children } = await answer.json();
  if (!children.length) return;
  const next = select.cloneNode(false);
  next.removeAttribute("id");
  next.dataset.level = String(level + 1);
  next.setAttribute("aria-label", "下一级区划");
  next.append(new Option("请选择", ""), ...children.map((child) => new Option(child.name, child.code)));
  box.append(next);
});
