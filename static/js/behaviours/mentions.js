/*
 * Proposes colleagues behind an @ in an internal update: <span data-behaviour="mentions" data-url="…" data-label="…" hidden>
 * in the form whose text area is "text". Without it the name is typed out.
 */
import {CallList} from "../lib/call-list.js";

/* An @ that begins a word, and the name up to the caret. */
const CALL = /(?:^|\s)@([\p{L}\p{M}][\p{L}\p{M}.'’ -]{0,60})$/u;

export function connect(element) {
  return new CallList(element, {name: "colleagues", pattern: CALL, isWanted: isInternal, textOf}).listen();
}

/* What only employees read: where both can be written, the other one is a message. */
function isInternal(form) {
  const mode = form.querySelector("[data-mode]:checked");
  return !mode || mode.value === "internal";
}

function textOf(option) {
  return `${option.dataset.label} `;
}
