/* Shows an id in two halves while it is typed at its end: <input data-behaviour="halves">. */
import {listen} from "../lib/listen.js";

const HALF = 4;

export function connect(input) {
  return listen([input, "input", ({inputType = ""}) => {
    if (inputType.startsWith("delete") || input.selectionEnd !== input.value.length) return;
    const letters = input.value.normalize("NFKC").toUpperCase().replace(/[^0-9A-Z]/g, "");
    /* More than an id is a text that was pasted, a link for example. */
    if (letters.length > 2 * HALF) return;
    input.value = letters.length < HALF ? letters : `${letters.slice(0, HALF)}-${letters.slice(HALF)}`;
  }]);
}
