// Runs a helper on the page and again on every part that htmx swaps in.
export function ready(helper) {
  helper(document);
  document.addEventListener("htmx:load", (event) => {
    if (event.target !== document.body) helper(event.target);
  });
}

// whoever is faster than the scripts keeps the focus, and what they typed counts like what is typed later
export function lead(element) {
  if ([document.body, document.getElementById("main")].includes(document.activeElement)) element?.focus();
}
export const isTyped = (part) => [...part.querySelectorAll("input:not([type=hidden]), select, textarea")].some((each) => {
  if (each.options) return each.selectedIndex !== Math.max(0, [...each.options].findIndex((option) => option.defaultSelected));
  return each.checked !== each.defaultChecked || (each.type !== "file" && each.value !== each.defaultValue);
});

export function say(text) {
  const box = document.getElementById("announcer");
  if (!box) return;
  const card = document.createElement("div");
  card.className = "toast-card note";
  card.textContent = text;
  box.replaceChildren(card);
  setTimeout(() => card.remove(), 6000);
}

// the cookie, not the form, knows the token after a login in another window
export const token = () => document.cookie.match(/xiangyun_csrf=([^;]+)/)?.[1] ?? "";
document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (!token()) return;
  delete detail.parameters.csrfmiddlewaretoken;
  detail.headers["X-CSRFToken"] = token();
});

// a part of a page that cannot be sent or answered is said, and never replaced by a whole page about the failure
document.addEventListener("htmx:sendError", () => say("网络中断，刚才的操作没有送达，请检查网络后重试"));
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (xhr.status < 400 || !/^\s*<!doctype/i.test(xhr.responseText)) return;
  event.detail.shouldSwap = false;
  say(xhr.status === 403 ? "页面已过期，请刷新后重试" : "系统出现故障，请稍后重试或拨打 12345");
});
