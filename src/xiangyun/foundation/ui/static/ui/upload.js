// Uploads of `[data-upload]`: drag, paste, camera; type and size are checked before sending; progress is shown. A file over
// 5 MB goes in parts: where connection or login broke, the same file goes on from there.
import { ready, say, token } from "./pages.js";

const MB = 1048576, LIMIT = 20 * MB, WHOLE = 5 * MB, PART = MB, TRIES = 3, DONE = "xiangyun-uploaded";
let running = 0;

ready((root) => { for (const box of root.querySelectorAll("[data-upload]")) watch(box); });

// after the page has come anew
const done = sessionStorage.getItem(DONE);
if (done) { sessionStorage.removeItem(DONE); say(done); }

// a file that misses its box must not replace the page
for (const kind of ["dragover", "drop"]) document.addEventListener(kind, (event) => { if (document.querySelector("[data-upload]")) event.preventDefault(); });
addEventListener("beforeunload", (event) => { if (running) event.preventDefault(); });

// a bare field that sends itself (`data-send`) is emptied before anybody sends what would be refused
document.addEventListener("change", (event) => {
  const input = event.target.closest("input[type=file][data-send]");
  const wrong = input?.files.length && refuse(input.files[0], input.accept);
  if (wrong) { say(`“${input.files[0].name}”${wrong}`); input.value = ""; }
}, true);

function watch(box) {
  const input = box.querySelector("input[type=file]"), accept = input.accept;
  const choose = (kinds, capture) => { input.accept = kinds; input.toggleAttribute("capture", capture); if (capture) input.setAttribute("capture", "environment"); input.click(); };
  const take = (files) => send(box, input, [...files], accept);
  input.tabIndex = -1;
  box.querySelector("[data-pick]").addEventListener("click", () => choose(accept, false));
  box.querySelector("[data-camera]").addEventListener("click", () => choose("image/*", true));
  input.addEventListener("change", async () => { await take(input.files); input.value = ""; });
  box.addEventListener("dragover", () => box.classList.add("is-over"));
  box.addEventListener("dragleave", () => box.classList.remove("is-over"));
  box.addEventListener("drop", (event) => { box.classList.remove("is-over"); take(event.dataTransfer.files); });
  box.addEventListener("paste", (event) => { if (event.clipboardData.files.length) { event.preventDefault(); take(event.clipboardData.files); } });
}

function refuse(file, accept) {
  if (!file.size) return "是空文件，请重新选择";
  if (file.size > LIMIT) return `有 ${(file.size / MB).toFixed(1)} MB，超过 ${LIMIT / MB} MB 的上限，请压缩后再传`;
  const ending = "." + file.name.split(".").pop().toLowerCase();
  if (accept && !accept.split(",").some((kind) => kind.trim() === ending)) return `类型不支持，请上传 ${accept.replaceAll(".", "").replaceAll(",", "、").toUpperCase()} 文件`;
  return "";
}

async function send(box, input, files, accept) {
  if (!files.length) return;
  if ("sending" in box.dataset) return say("正在上传，请等这一份传完");
  box.dataset.sending = "";
  running += 1;
  const list = box.querySelector("[data-file-list]");
  list.replaceChildren();
  const [file] = files, shown = line(list, file);
  const wrong = files.length > 1 ? "这里只收一个文件，多页请合并成一个 PDF 再上传" : refuse(file, accept);
  const answer = wrong ? { text: wrong } : await deliver(box, input, file, shown.progress);
  running -= 1;
  delete box.dataset.sending;
  if (answer.ok) leave(box, file.name);
  else shown.fail(answer, () => send(box, input, [file], accept));
}

// the page comes anew with what it now holds, at the same place
function leave(box, name) {
  const place = box.parentElement.closest("[id]");
  if (place) history.replaceState(history.state, "", `#${place.id}`);
  sessionStorage.setItem(DONE, `“${name}”已上传`);
  location.reload();
}

function line(list, file) {
  const row = document.createElement("li"), body = document.createElement("div"), title = document.createElement("b");
  const note = document.createElement("small"), bar = document.createElement("progress");
  row.className = "file-row"; note.className = "d-block"; bar.max = 1; bar.value = 0;
  title.textContent = file.name; note.textContent = "正在上传…"; bar.setAttribute("aria-label", `${file.name}的上传进度`);
  body.append(title, note, bar);
  row.append(picture(file), body);
  list.append(row);
  row.scrollIntoView({ block: "nearest" });
  return {
    progress: (sent) => { bar.value = sent / file.size; },
    fail: ({ text, link, isPassing }, again) => {
      row.classList.add("bad"); bar.remove(); note.textContent = text;
      if (link || isPassing) row.append(link ? anchor(link) : button("重试", again));
    },
  };
}

function picture(file) {
  if (!/^image\/(png|jpeg)$/.test(file.type)) return Object.assign(document.createElement("span"), { className: "faint", textContent: file.name.split(".").pop().toUpperCase() });
  const image = Object.assign(document.createElement("img"), { className: "file-picture", alt: "", src: URL.createObjectURL(file) });
  image.addEventListener("load", () => URL.revokeObjectURL(image.src));
  return image;
}

function anchor(text) { return Object.assign(document.createElement("a"), { className: "btn btn-sm", textContent: text, href: location.pathname + location.search }); }

function button(text, act) {
  const made = Object.assign(document.createElement("button"), { className: "btn btn-sm", textContent: text, type: "button" });
  made.addEventListener("click", act);
  return made;
}

async function deliver(box, input, file, progress) {
  const form = box.closest("form"), body = new FormData(form);
  body.delete(input.name);
  body.delete("csrfmiddlewaretoken");
  if (file.size <= WHOLE || !box.dataset.parts) {
    body.append(input.name, file, file.name);
    return ask("POST", form.action, body, progress);
  }
  const memory = `xiangyun-upload ${file.name} ${file.size} ${file.lastModified}`;
  const answer = await inParts(box.dataset.parts, file, memory, progress);
  if (!answer.ok) return answer;
  body.append(input.name, sessionStorage.getItem(memory));
  const last = await ask("POST", form.action, body);
  if (!last.isPassing && !last.link) sessionStorage.removeItem(memory);
  return last;
}

async function inParts(address, file, memory, progress) {
  let received = 0, answer = sessionStorage.getItem(memory) ? await ask("GET", `${address}${sessionStorage.getItem(memory)}/`) : { status: 404 };
  if (answer.status === 404) {
    answer = await ask("POST", address, fields({ name: file.name, size: file.size }));
    if (answer.ok) sessionStorage.setItem(memory, answer.data.id);
  }
  if (!answer.ok) return answer;
  received = answer.data.received;
  for (let tries = 0; received < file.size;) {
    answer = await ask("POST", `${address}${sessionStorage.getItem(memory)}/`, fields({ from: received, part: file.slice(received, received + PART) }), (sent) => progress(received + sent));
    if (answer.ok) { received = answer.data.received; tries = 0; continue; }
    if (tries === TRIES || !(answer.isPassing || answer.status === 409)) return answer;
    tries += 1;
    if (answer.status === 409) received = answer.data.details.received;
    else await new Promise((wake) => setTimeout(wake, 1000 * tries));
  }
  return answer;
}

function fields(values) {
  const form = new FormData();
  for (const [name, value] of Object.entries(values)) form.append(name, value);
  return form;
}

function ask(method, address, body, progress) {
  return new Promise((answer) => {
    const request = new XMLHttpRequest();
    request.open(method, address);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", token());
    if (progress) request.upload.addEventListener("progress", (event) => progress(event.loaded));
    request.addEventListener("loadend", () => answer(read(request)));
    request.send(body);
  });
}

function read(request) {
  const { status } = request;
  if (!status) return { status, text: "网络中断，请检查网络后重试", isPassing: true };
  let data = {};
  try { data = JSON.parse(request.responseText); } catch { /* a page */ }
  if (status < 400) return { status, ok: true, data };
  if (status === 401) return { status, text: "登录已过期，这份文件还没有传完。请重新登录，登录后回到本页再上传", link: "重新登录" };
  if (data.message) return { status, data, text: data.message, isPassing: status >= 500 };
  if (status === 403) return { status, text: "页面已过期，请刷新后再上传", link: "刷新页面" };
  return { status, text: "上传失败，请稍后重试或拨打 12345", isPassing: true };
}
