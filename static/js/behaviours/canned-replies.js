/*
 * Proposes canned replies behind a slash that begins a word: <span data-behaviour="canned-replies" data-url="…" data-label="…"
 * hidden> in the form whose text area is "text". The chosen one takes the place of what was typed; nothing is sent.
 */
import {CallList} from "../lib/call-list.js";

/* The slash, and what is typed behind it up to the caret; two words at most, or any sentence with a slash would ask. */
const CALL = /(?:^|\s)\/([\p{L}\p{M}\p{N}_-]{0,40}(?: [\p{L}\p{M}\p{N}_-]{1,40})?)$/u;

export function connect(element) {
  const options = {name: "replies", pattern: CALL, asksAtOnce: true, eatsSign: true, textOf: (each) => each.dataset.text};
  return new CallList(element, options).listen();
}
