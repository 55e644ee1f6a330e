/*
 * The desk form: <form data-behaviour="desk-form" data-reservation-url="…/0/">. Shows the sub-categories of the chosen
 * category only, and lets a chosen reservation propose its vehicle and person where nothing was typed yet. Who signed in
 * again in another tab saves without loading the page again; the server checks that it is the same person.
 */
import {listen} from "../lib/listen.js";
import {get, presentToken} from "../lib/request.js";

export function connect(form) {
  const {category, subcategory, reservation} = form.elements;
  const follow = () => showBelow(category, subcategory);
  if (subcategory) follow();
  return listen(
    [form, "submit", () => takePresentToken(form.elements.csrfmiddlewaretoken)],
    ...(subcategory ? [[category, "change", follow], [category, "input", follow]] : []),
    ...(reservation ? [[reservation, "change", () => propose(form, reservation.value)]] : []),
  );
}

function takePresentToken(field) {
  field.value = presentToken() || field.value;
}

function showBelow(category, select) {
  const below = JSON.parse(select.dataset.below)[category.value] ?? [];
  [...select.querySelectorAll("option")].filter((option) => option.value).forEach((option) => {
    option.hidden = option.disabled = !below.includes(option.value);
  });
  select.querySelectorAll("optgroup").forEach((group) => { group.hidden = !group.querySelector("option:not([hidden])"); });
  /* One of another category must not stay behind. */
  if (!below.includes(select.value)) select.value = "";
  select.closest(".field").hidden = Boolean(category.value) && !below.length;
}

async function propose(form, reservation) {
  if (!reservation) return;
  try {
    const response = await get(form.dataset.reservationUrl.replace("/0/", `/${reservation}/`));
    if (!response.ok) return;
    Object.entries(await response.json()).forEach(([name, found]) => fill(form.elements, name, found));
  } catch {
    /* Without a connection it proposes nothing; the server does when the form is saved. */
  }
}

function fill(fields, name, found) {
  const text = fields[`${name}_text`];
  if (!text || text.value || !found) return;
  text.value = found.label;
  fields[name].value = found.value;
  fields[name].dispatchEvent(new Event("input", {bubbles: true}));
}
