// The desk: opinion phrases, confirm questions by act, the viewer of files and papers, scans, columns of lists, printing.
import { tell } from "../ui/checks.js";
import { lead } from "../ui/pages.js";

for (const form of document.querySelectorAll("form[data-decide]")) {
  const opinion = form.querySelector("#opinion");
  // what must be said is asked for before the question whether to go on
  form.addEventListener("submit", (event) => {
    const isMissing = form.querySelector("input[name=act]:checked")?.hasAttribute("data-needs-opinion") && !opinion.value.trim();
    tell(opinion.closest(".field"), isMissing ? "请先填写此项" : "");
    if (!isMissing) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    opinion.focus();
  }, true);
  opinion?.addEventListener("input", () => tell(opinion.closest(".field"), ""));
  const choose = () => {
    const chosen = form.querySelector("input[name=act]:checked");
    if (!chosen) return;
    for (const part of form.querySelectorAll("[data-part]")) part.hidden = part.dataset.part !== chosen.value;
    form.dataset.confirm = chosen.dataset.question;
    form.toggleAttribute("data-confirm-danger", Boolean(chosen.closest(".choice-adverse")));
    if (chosen.dataset.question) delete form.dataset.confirmed; else form.dataset.confirmed = "1";
    const label = form.querySelector(`.decide-opinion [data-part="${chosen.value}"]`);
    form.querySelector(".decide-opinion").hidden = !label.textContent.trim();
  };
  form.addEventListener("change", (event) => { if (event.target.name === "act") choose(); });
  form.addEventListener("click", (event) => {
    const phrase = event.target.closest("[data-phrase]");
    if (!phrase) return;
    const at = opinion.value.trimEnd();
    opinion.value = at ? `${at}\n${phrase.textContent}` : phrase.textContent;
    opinion.dispatchEvent(new Event("input", { bubbles: true }));
    opinion.focus();
  });
  // typing what is wanted ticks the material
  form.addEventListener("input", (event) => {
    const row = event.target.closest(".wanted-row");
    if (row && event.target.type === "text" && event.target.value.trim()) row.querySelector("[data-wanted]").checked = true;
  });
  choose();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-view]");
  const viewer = document.getElementById("viewer");
  // an OFD is taken away, there is nothing to see of it here
  if (link && viewer && !/\.ofd$/i.test(link.textContent.trim()) && !event.ctrlKey && !event.metaKey && !event.shiftKey && innerWidth > 767) {
    event.preventDefault();
    viewer.querySelector("h2").textContent = link.dataset.view;
    viewer.querySelector("[data-viewer-link]").href = link.href;
    const isPicture = /\.(png|jpe?g)$/i.test(link.textContent.trim());
    const frame = document.createElement(isPicture ? "img" : "iframe");
    frame.src = link.href;
    frame[isPicture ? "alt" : "title"] = link.dataset.view;
    viewer.querySelector("[data-viewer-body]").replaceChildren(frame);
    viewer.showModal();
  }
  if (event.target.closest("[data-print]")) print();
  if (event.target.closest("[data-all-papers]")) for (const box of document.querySelectorAll("[data-paper]")) box.checked = true;
});
document.addEventListener("change", (event) => {
  if (event.target.matches("input[data-send]") && event.target.files.length) event.target.form.requestSubmit();
  // a phone takes one picture at a time: it joins those taken or chosen before
  const photos = document.getElementById(event.target.dataset?.cameraOf);
  if (photos) {
    const all = new DataTransfer();
    for (const file of [...photos.files, ...event.target.files]) all.items.add(file);
    photos.files = all.files;
    event.target.value = "";
  }
  if (event.target.matches("input[data-submit-tick]")) event.target.form.requestSubmit();
});

// the answers at the window save themselves like those of the hall, at the window's own address
document.addEventListener("htmx:configRequest", (event) => {
  const form = event.target.closest("form[data-draft]");
  if (form && event.target.matches(".form-body[data-form]")) event.detail.path = form.dataset.draft;
});
// a scan changes its own line only; the keyboard goes on at the next paper
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.matches(".scan-form")) event.target.querySelector("label").setAttribute("data-busy", "");
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (!event.target.matches(".scan-form")) return;
  event.target.querySelector("label").removeAttribute("data-busy");
  event.target.reset();
});
document.addEventListener("htmx:load", (event) => {
  if (event.target.matches(".material-rows > li")) lead(document.querySelector("[data-paper]:not(:checked)") || document.querySelector(".intake-bar button"));
});

// the window goes on where something is left to do: the first paper to see, else the first question without an answer
const intake = document.querySelector("form[data-intake]");
if (intake && !document.querySelector("[data-error-summary]")) {
  const empty = [...intake.querySelectorAll("[aria-required]")].find((input) => !input.value && !input.closest("[hidden]"));
  lead(document.querySelector("[data-paper]") || empty || document.querySelector(".intake-bar button"));
}

// which columns of a list are shown is chosen here and kept in this browser; the first one stays
for (const menu of document.querySelectorAll("[data-columns]")) {
  const table = document.querySelector(".data-table"), kept = `columns:${location.pathname}`;
  if (!table) continue;
  const heads = [...table.tHead.rows[0].cells], hidden = new Set(JSON.parse(localStorage.getItem(kept) || "[]"));
  const show = () => {
    for (const row of table.rows) heads.forEach((head, at) => { row.cells[at].hidden = hidden.has(head.textContent); });
  };
  for (const head of heads.slice(1)) {
    const label = document.createElement("label"), box = document.createElement("input");
    label.className = "menu-item tick";
    box.type = "checkbox";
    box.checked = !hidden.has(head.textContent);
    box.addEventListener("change", () => {
      hidden[box.checked ? "delete" : "add"](head.textContent);
      localStorage.setItem(kept, JSON.stringify([...hidden]));
      show();
    });
    label.append(box, head.textContent);
    menu.querySelector(".menu-panel").append(label);
  }
  show();
  menu.hidden = false;
}

// Ctrl+Enter decides also while nothing on the page has the focus
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target === document.body) document.querySelector("form[data-decide], form[data-intake]")?.requestSubmit();
});
