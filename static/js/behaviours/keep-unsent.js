/*
 * Keeps the typed texts of a form until it is saved: <form data-behaviour="keep-unsent" data-person="7">. A change of
 * language, a reload, a lost connection and signing out in another window lose nothing. Kept in the tab, for one person.
 */
import {isChanged} from "../lib/fields.js";
import {listen} from "../lib/listen.js";
import {forget, mayBeRefilled, recall, remember} from "../lib/unsent.js";

const NOT_KEPT = new Set(["hidden", "file", "password", "submit", "button", "image", "reset"]);

export function connect(form) {
  const name = nameOf(form);
  const kept = recall(name);
  /* Typed before this listened, and newer than what was kept. */
  const typed = mayBeRefilled() ? [] : fieldsOf(form).filter(isChanged).map((field) => field.name);
  if (kept) fill(fieldsOf(form).filter((field) => !typed.includes(field.name)), kept);
  const isRefused = Boolean(form.querySelector("[aria-invalid=true]"));
  const keep = (isSent) => remember(name, valuesOf(form, isRefused), isSent);
  /* What is still kept when its page is shown again, by Back for example, was not saved. */
  if (kept || typed.length || isRefused) keep(false);
  return listen(
    [form, "input", () => keep(false)],
    [form, "submit", (event) => { if (!event.defaultPrevented) keep(true); }],
    [form, "reset", () => forget(name)],
  );
}

export function nameOf(form) {
  /* Not form.action: a button may have that name. */
  const address = new URL(form.getAttribute("action") || "", location.href);
  return `${form.dataset.person || "guest"}.${address.pathname}`;
}

export function fieldsOf(form) {
  return [...form.elements].filter((field) => field.name && !NOT_KEPT.has(field.type));
}

function isChoice(field) {
  return field.type === "radio" || field.type === "checkbox";
}

/* What was left as it was drawn is not kept: others may change it meanwhile. A refused form was drawn as it was typed. */
export function valuesOf(form, isRefused) {
  const isKept = (field) => (isChoice(field) ? field.checked : isRefused || isChanged(field));
  return fieldsOf(form).filter(isKept).map((field) => [field.name, field.value]);
}

export function fill(fields, kept) {
  fields.forEach((field) => {
    const values = kept.filter(([name]) => name === field.name).map(([, value]) => value);
    if (isChoice(field)) field.checked = values.includes(field.value);
    else if (values.length && field.value !== values[0]) write(field, values[0]);
  });
}

/* A comment that was started must not be hidden in a closed box. */
function write(field, value) {
  field.value = value;
  field.closest("details")?.setAttribute("open", "");
  field.dispatchEvent(new Event("input", {bubbles: true}));
}
