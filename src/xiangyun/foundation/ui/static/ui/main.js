// Loads the small helpers of every page; each looks for its own data attributes and does nothing where it finds none.
import "./dialogs.js";
import "./menus.js";
import "./upload.js";
import "./countdown.js";
import "./shortcuts.js";
import "./guard.js";
import "./checks.js";
import { lead } from "./pages.js";

document.documentElement.classList.add("js");
lead(document.querySelector("[data-error-summary]"));
// a page that answers a form is a page like any other: Back and Reload open it without asking to send the form again
if (document.body.matches("[data-answer]:not(.official)") && !document.querySelector(".refusal")) history.replaceState(history.state, "");
