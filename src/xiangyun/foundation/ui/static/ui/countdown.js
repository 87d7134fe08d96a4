// Counts down `[data-countdown=seconds]`; at nought it asks `data-refresh` for a fresh part, or marks the block as expired.
import { ready } from "./pages.js";

ready((root) => {
  const blocks = root.matches?.("[data-countdown]") ? [root] : root.querySelectorAll("[data-countdown]");
  for (const block of blocks) run(block);
});

function run(block) {
  const whole = Number(block.dataset.countdown);
  const end = Date.now() + whole * 1000;
  const text = block.querySelector("[data-seconds]");
  const bar = block.querySelector("progress");
  const timer = setInterval(tick, 500);
  function tick() {
    const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
    if (!block.isConnected) return clearInterval(timer);
    if (text) text.textContent = left;
    if (bar) bar.value = left;
    if (left > 0) return undefined;
    clearInterval(timer);
    if (block.dataset.refresh && document.visibilityState === "visible") return refresh(block);
    block.dataset.expired = "";
    if (block.dataset.refresh) addEventListener("visibilitychange", () => refresh(block), { once: true });
    return undefined;
  }
}

async function refresh(block) {
  const answer = await fetch(block.dataset.refresh, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
  if (!answer.ok) { block.dataset.expired = ""; return; }
  const holder = document.createElement("div");
  holder.innerHTML = await answer.text();
  const fresh = holder.querySelector("[data-countdown]");
  if (!fresh) { block.dataset.expired = ""; return; }
  block.replaceWith(fresh);
  run(fresh);
}
