/* Warns before a changed form is left: <form data-behaviour="dirty-form">. */
import {listen} from "../lib/listen.js";

export function connect(element) {
  let dirty = false;
  return listen(
    [element, "input", () => { dirty = true; }],
    [element, "submit", () => { dirty = false; }],
    [window, "beforeunload", (event) => { if (dirty) event.preventDefault(); }],
  );
}
