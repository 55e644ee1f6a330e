/* Submits a form when one of its choices changes: <form data-behaviour="autosubmit">. Its submit button hides. */
import {listen} from "../lib/listen.js";

export function connect(element) {
  element.querySelectorAll("[data-without-js]").forEach((button) => { button.hidden = true; });
  const typed = 'input[type="search"], input[type="text"], textarea';
  return listen([element, "change", (event) => {
    if (!event.target.matches(typed)) element.requestSubmit();
  }]);
}
