/*
 * Forgets a text once a form of this page has taken it along: <section data-behaviour="carried-text" data-names="…">. Until
 * then Back leads to it again.
 */
import {listen} from "../lib/listen.js";
import {forgetTexts} from "../lib/unsent.js";

export function connect(section) {
  const takes = (form) => Boolean(form.elements.text?.value);
  return listen([document, "submit", ({target}) => { if (takes(target)) forgetTexts(section.dataset.names); }]);
}
