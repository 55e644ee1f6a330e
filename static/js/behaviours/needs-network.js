/*
 * Keeps a form on its page while there is no connection, and says so: <form data-behaviour="needs-network"> shows
 * #no-network, and <p hidden data-behaviour="needs-network"> in a form shows itself. The browser's own page for that would
 * take the form away. What a button with data-sends="message" sends waits by itself.
 */
import {listen} from "../lib/listen.js";

export function connect(element) {
  const form = element.closest("form");
  const notice = element === form ? document.getElementById("no-network") : element;
  const hold = (event) => {
    if (event.target !== form || event.submitter?.dataset.sends === "message") return;
    notice.hidden = navigator.onLine;
    if (navigator.onLine) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    notice.scrollIntoView({block: "center"});
  };
  /* Before all others that listen to the same form, or to the document as messenger.js does. */
  return listen([window, "submit", hold, {capture: true}], [window, "online", () => { notice.hidden = true; }]);
}
