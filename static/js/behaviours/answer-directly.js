/*
 * Lets the server answer a form with the next page instead of its address, which costs a request more:
 * <form data-behaviour="answer-directly" data-url="/address/of/the/page/">. A page that came this way then takes its own
 * address, so that Reload and Back ask for it and send nothing again. Without `data-url` the page has it already.
 */
import {listen} from "../lib/listen.js";

export function connect(element) {
  const {url} = element.dataset;
  if (url && url !== location.pathname + location.search) history.replaceState(history.state, "", url);
  if (!element.matches("form")) return null;
  return listen([element, "submit", (event) => {
    if (event.defaultPrevented || event.submitter?.hasAttribute("formaction")) return;
    /* Not element.action: a button has that name. */
    const address = new URL(element.getAttribute("action"), location.href);
    address.searchParams.set("direct", "");
    element.setAttribute("action", address.pathname + address.search);
  }]);
}
