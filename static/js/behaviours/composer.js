/*
 * Where an employee writes: <form data-behaviour="composer"> with a text area "text". Buttons with data-mark put that mark
 * around what is selected, also with Ctrl+B and Ctrl+I; radios with data-mode name the field after what is written.
 */
import {listen} from "../lib/listen.js";

const KEYS = {b: "**", i: "*"};

export function connect(form) {
  const field = form.elements.text;
  const modes = [...form.querySelectorAll("[data-mode]")];
  const nameField = () => {
    const mode = modes.find((each) => each.checked);
    if (!mode) return;
    field.placeholder = mode.dataset.placeholder;
    field.setAttribute("aria-label", mode.dataset.label);
  };
  const onClick = (event) => {
    const button = event.target.closest("[data-mark]");
    if (button) mark(field, button.dataset.mark);
  };
  const onKey = (event) => {
    const sign = KEYS[event.key.toLowerCase()];
    if (event.target !== field || !sign || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    event.preventDefault();
    mark(field, sign);
  };
  form.querySelectorAll("[data-marks]").forEach((each) => { each.hidden = false; });
  nameField();
  return listen([form, "change", nameField], [form, "click", onClick], [form, "keydown", onKey]);
}

function mark(field, sign) {
  const chosen = field.value.slice(field.selectionStart, field.selectionEnd);
  /* Marks beside a blank are no marks. */
  const from = field.selectionStart + chosen.length - chosen.trimStart().length;
  const text = chosen.trim();
  field.setRangeText(`${sign}${text}${sign}`, from, from + text.length);
  field.focus();
  field.setSelectionRange(from + sign.length, from + sign.length + text.length);
  field.dispatchEvent(new Event("input", {bubbles: true}));
}
