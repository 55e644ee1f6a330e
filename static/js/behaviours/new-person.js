/*
 * Someone who was looked for in vain is added instead: <details data-behaviour="new-person"> behind a suggest.js takes
 * over the text that nothing was chosen for as the name, when it is opened.
 */
import {isChanged} from "../lib/fields.js";
import {listen} from "../lib/listen.js";

export function connect(element) {
  return listen([element, "toggle", () => {
    if (!element.open) return;
    const field = element.parentElement.querySelector("[data-behaviour~=suggest]");
    const [text, value] = ["[data-text]", "[data-value-field]"].map((selector) => field.querySelector(selector));
    const fields = [...element.querySelectorAll("input")];
    const [name] = fields;
    /* Opened by what was kept of an earlier visit, or its reader is already in one of the fields. */
    if (name.value || fields.some(isChanged) || fields.includes(document.activeElement)) return;
    if (!value.value && text.value) {
      name.value = text.value;
      text.value = "";
      [name, text].forEach((each) => each.dispatchEvent(new Event("input", {bubbles: true})));
    }
    name.focus();
  }]);
}
