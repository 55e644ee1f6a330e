/* Sends a form as soon as a suggestion is chosen in it: <form data-behaviour="submit-on-choice"> around a suggest.js. */
import {listen} from "../lib/listen.js";

export function connect(form) {
  return listen([form, "change", ({target}) => {
    if ("valueField" in target.dataset && target.value) form.requestSubmit();
  }]);
}
