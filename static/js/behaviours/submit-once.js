/* Ignores the second submit of a double click: <form data-behaviour="submit-once">. The server ignores it, too. */
import {listen} from "../lib/listen.js";

export function connect(element) {
  let sent = false;
  const release = () => { sent = false; element.removeAttribute("aria-busy"); };
  return listen(
    [element, "submit", (event) => {
      if (event.defaultPrevented) return;
      if (sent) { event.preventDefault(); return; }
      sent = true;
      element.setAttribute("aria-busy", "true");
    }],
    [window, "pageshow", release],
  );
}
