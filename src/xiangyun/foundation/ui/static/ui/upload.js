// Uploads of `[data-upload]`: drag, paste, camera; type and size are checked before sending; progress is shown; one POST a file.
import { ready, say } from "./pages.js";

ready((root) => { for (const box of root.querySelectorAll("[data-upload]")) watch(box); });

function watch(box) {
  const input = box.querySelector("input[type=file]");
  const form = box.closest("form");
  box.querySelector("[data-pick]")?.addEventListener("click", () => { input.removeAttribute("capture"); input.click(); });
  box.querySelector("[data-camera]")?.addEventListener("click", () => { input.setAttribute("capture", "environment"); input.click(); });
  input.addEventListener("change", () => send(box, form, input, [...input.files]));
  box.addEventListener("dragover", (event) => { event.preventDefault(); box.classList.add("is-over"); });
  box.addEventListener("dragleave", () => box.classList.remove("is-over"));
  box.addEventListener("drop", (event) => { event.preventDefault(); box.classList.remove("is-over"); send(box, form, input, [...event.dataTransfer.files]); });
  box.addEventListener("paste", (event) => { if (event.clipboardData.files.length) { event.preventDefault(); send(box, form, input, [...event.clipboardData.files]); } });
}

export function refuse(file, accept, maxBytes) {
  if (!file.size) return `“${file.name}”是空文件，请重新选择`;
  if (file.size > maxBytes) return `“${file.name}”有 ${(file.size / 1048576).toFixed(1)} MB，超过 ${Math.round(maxBytes / 1048576)} MB 的上限，请压缩后再传`;
  const ending = "." + file.name.split(".").pop().toLowerCase();
  if (accept && !accept.split(",").some((kind) => kind.trim() === ending)) return `“${file.name}”的类型不支持，请上传 ${accept.replaceAll(".", "").toUpperCase()} 文件`;
  return "";
}

async function send(box, form, input, files) {
  const list = box.querySelector("[data-file-list]");
  let kept = 0;
  for (const file of files) {
    const wrong = refuse(file, input.accept, Number(box.dataset.maxBytes || 20971520));
    if (wrong) { row(list, file.name, wrong, true); say(wrong); continue; }
    const line = row(list, file.name, "正在上传…", false);
    const bar = line.querySelector("progress");
    const answer = await post(form, input.name, file, bar);
    line.querySelector("small").textContent = answer.text;
    bar.hidden = true;
    line.classList.toggle("bad", !answer.ok);
    if (answer.ok) kept += 1; else say(answer.text);
  }
  input.value = "";
  if (kept) location.reload();
}

function row(list, name, text, bad) {
  const line = document.createElement("li");
  line.className = "file-row" + (bad ? " bad" : "");
  const body = document.createElement("div");
  const title = document.createElement("b"), note = document.createElement("small"), bar = document.createElement("progress");
  title.textContent = name; note.textContent = text; note.className = "d-block"; bar.max = 100; bar.value = 0; bar.hidden = bad;
  body.append(title, note, bar);
  line.append(document.createElement("span"), body);
  list?.append(line);
  return line;
}

function post(form, name, file, bar) {
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    const body = new FormData();
    for (const field of form.querySelectorAll("input[type=hidden]")) body.append(field.name, field.value);
    body.append(name, file, file.name);
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.upload.onprogress = (event) => { if (event.lengthComputable && bar) bar.value = (event.loaded / event.total) * 100; };
    request.onload = () => {
      if (request.status === 401) return location.reload();
      let text = "已上传", ok = request.status < 400;
      if (!ok) { try { text = JSON.parse(request.responseText).message; } catch { text = "上传失败，请稍后再试或拨打 12345"; } }
      done({ ok, text });
    };
    request.onerror = () => done({ ok: false, text: "网络中断，请重试" });
    request.send(body);
  });
}
