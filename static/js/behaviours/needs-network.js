/*
 * Keeps a form on its page while there is no connection, and shows #no-network: <form data-behaviour="needs-network">.
 * The browser's own page for that would take the form away.
 */
import {listen} from "../lib/listen.js";

export function connect(form) {
  const notice = document.getElementById("no-network");
  const hold = (event) => {
    notice.hidden = navigator.onLine;
    if (navigator.onLine) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    notice.scrollIntoView({block: "center"});
  };
  /* Before all others that listen to the same form. */
  return listen([form, "submit", hold, {capture: true}], [window, "online", () => { notice.hidden = true; }]);
}
