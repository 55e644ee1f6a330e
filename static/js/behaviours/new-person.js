/*
 * Someone who was looked for in vain is added instead: <details data-behaviour="new-person"> behind a suggest.js takes
 * over the text that nothing was chosen for as the name, when it is opened.
 */
import {listen} from "../lib/listen.js";

export function connect(element) {
  return listen([element, "toggle", () => {
    if (!element.open) return;
    const field = element.parentElement.querySelector("[data-behaviour~=suggest]");
    const [text, value] = ["[data-text]", "[data-value-field]"].map((selector) => field.querySelector(selector));
    const name = element.querySelector("input");
    /* Opened by what was kept of an earlier visit. */
    if (name.value) return;
    if (!value.value && text.value) {
      name.value = text.value;
      text.value = "";
      [name, text].forEach((each) => each.dispatchEvent(new Event("input", {bubbles: true})));
    }
    name.focus();
  }]);
}
