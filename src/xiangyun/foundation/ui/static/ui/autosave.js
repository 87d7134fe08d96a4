// Saves a form as one types: `data-autosave="url"`; the answer {saved_at, revision} is shown in `[data-save-state]`.
import { ready } from "./pages.js";
import { saved } from "./guard.js";

ready((root) => {
  for (const form of root.querySelectorAll("form[data-autosave]")) watch(form);
});

function watch(form) {
  const state = form.querySelector("[data-save-state]");
  let timer = 0, running = false, again = false;
  const show = (text, kind) => { if (state) { state.textContent = text; state.dataset.state = kind; } };
  async function save() {
    if (running) { again = true; return; }
    running = true;
    show("正在保存…", "saving");
    try {
      const answer = await fetch(form.dataset.autosave, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, credentials: "same-origin" });
      const body = await answer.json();
      if (!answer.ok) throw new Error(body.message || "");
      const revision = form.querySelector("[name=revision]");
      if (revision && body.revision !== undefined) revision.value = body.revision;
      if (!again) saved(form);
      show(`草稿已保存 ${body.saved_at || ""}`, "saved");
    } catch (error) {
      show(`未能保存草稿${error.message ? ":" + error.message : ",请检查网络"},继续填写后会自动重试`, "failed");
      timer = setTimeout(save, 15000);
    }
    running = false;
    if (again) { again = false; save(); }
  }
  form.addEventListener("input", () => { clearTimeout(timer); show("有改动未保存", "dirty"); timer = setTimeout(save, 1200); });
  form.addEventListener("submit", () => clearTimeout(timer));
}
