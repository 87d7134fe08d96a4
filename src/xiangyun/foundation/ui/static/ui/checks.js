// Checks official numbers on leaving a field: `data-check="citizen_id|uscc|principal|mobile|bank_card"`; the server checks again.
import { ready } from "./pages.js";

const USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY";
const checks = {
  citizen_id(value) {
    if (!/^\d{17}[\dXx]$/.test(value)) return "身份证号应为18位，最后一位可以是X";
    const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const sum = weights.reduce((all, weight, at) => all + weight * Number(value[at]), 0);
    return "10X98765432"[sum % 11] === value[17].toUpperCase() ? "" : "身份证号校验位不正确，请核对";
  },
  uscc(value) {
    const code = value.toUpperCase();
    if (code.length !== 18 || [...code].some((char) => !USCC.includes(char))) return "统一社会信用代码应为18位数字和大写字母（不含I、O、Z、S、V）";
    let sum = 0, weight = 1;
    for (const char of code.slice(0, 17)) { sum += USCC.indexOf(char) * weight; weight = (weight * 3) % 31; }
    return USCC[(31 - (sum % 31)) % 31] === code[17] ? "" : "统一社会信用代码校验位不正确，请核对";
  },
  principal(value) { return [checks.uscc(value), checks.citizen_id(value)].every(Boolean) ? "应为18位统一社会信用代码或身份证号，请核对" : ""; },
  mobile(value) { return /^1[3-9]\d{9}$/.test(value) ? "" : "手机号应为11位数字"; },
  bank_card(value) {
    const digits = value.replace(/\s/g, "");
    if (!/^\d{12,19}$/.test(digits)) return "银行账号应为12至19位数字";
    const sum = [...digits].reverse().reduce((all, char, at) => { const n = Number(char) * (at % 2 ? 2 : 1); return all + (n > 9 ? n - 9 : n); }, 0);
    return sum % 10 ? "银行账号校验位不正确，请核对" : "";
  },
};

ready((root) => {
  for (const input of root.querySelectorAll("input, select, textarea")) {
    if (["hidden", "checkbox", "radio", "file"].includes(input.type) || !input.closest(".field")) continue;
    input.addEventListener("blur", () => { if (input.value || input.closest(".field-bad")) judge(input); });
  }
});

// nothing on a page moves between press and release, or the click would be lost
let release = null;
let released = Promise.resolve();
document.addEventListener("pointerdown", () => {
  if (!release) released = new Promise((done) => { release = done; });
}, true);
for (const name of ["pointerup", "pointercancel"]) {
  window.addEventListener(name, () => setTimeout(() => { release?.(); release = null; }, 60), true);
}
export const atRest = () => released;

// says what is wrong with a field; what is mended leaves its place empty, so that nothing below moves up
export function tell(field, text) {
  if (!field) return;
  const box = field.querySelector(".field-error");
  if (box) {
    if (text) box.hidden = false;
    else box.style.minHeight = `${box.getBoundingClientRect().height}px`;
    (box.querySelector("[data-error-text]") || box).textContent = text;
  }
  field.classList.toggle("field-bad", Boolean(text));
  field.querySelectorAll("input, select, textarea").forEach((input) => {
    if (text) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  });
}

async function judge(input) {
  const value = input.value.trim();
  let text = value && checks[input.dataset.check] ? checks[input.dataset.check](value) : "";
  if (!text && input.required && !value) text = "请填写此项";
  if (!text && value && !input.validity.valid) text = input.validationMessage;
  await atRest();
  tell(input.closest(".field"), text);
}
