/*
 * Where people write: <form data-behaviour="composer"> with a text area "text". Buttons with data-mark put that mark around
 * what is selected, also with Ctrl+B and Ctrl+I, the one with data-link makes a link of it, also with Ctrl+K; radios with
 * data-mode name the field after what is written. As soon as there are marks, what they will look like is shown below.
 */
import {listen} from "../lib/listen.js";
import {previewOf} from "../lib/marks-preview.js";

const KEYS = {b: "**", i: "*"};
const LINK = "k";
const ADDRESS = /^(?:https?:\/\/|mailto:|tel:|www\.)\S+$/i;

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
    if (event.target.closest("[data-link]")) link(field);
  };
  const onKey = (event) => {
    const key = event.key.toLowerCase();
    const isOurs = key in KEYS || key === LINK;
    if (event.target !== field || !isOurs || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    if (key === LINK) link(field);
    else mark(field, KEYS[key]);
  };
  const preview = previewOf(field);
  form.querySelectorAll("[data-marks]").forEach((each) => { each.hidden = false; });
  nameField();
  preview.show();
  return listen(
    [form, "change", nameField],
    [form, "click", onClick],
    [form, "keydown", onKey],
    [field, "input", preview.show],
    /* A text that was sent is taken away without an event of its own. */
    [form, "reset", () => setTimeout(preview.show)],
  );
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

/* What is selected becomes the words of the link or, where it is an address, its address; the other part is to be typed. */
function link(field) {
  const from = field.selectionStart;
  const chosen = field.value.slice(from, field.selectionEnd).trim();
  const isAddress = ADDRESS.test(chosen);
  const address = isAddress ? chosen.replace(/^www\./i, "https://$&") : "https://";
  const words = isAddress ? "" : chosen;
  field.setRangeText(`[${words}](${address})`, from, field.selectionEnd);
  field.focus();
  const at = words ? from + words.length + 3 : from + 1;
  field.setSelectionRange(at, words ? at + address.length : at);
  field.dispatchEvent(new Event("input", {bubbles: true}));
}
