/*
 * Marks what the bell says of a ticket as read while its page is looked at; sent by script, because looking never writes.
 * <div data-behaviour="mark-read" data-url="/office/tickets/5/read/">
 */
import {listen} from "../lib/listen.js";

export function connect(element) {
  let done = false;
  const mark = () => {
    if (done || document.hidden) return;
    done = true;
    const {"X-CSRFToken": token} = JSON.parse(document.body.getAttribute("hx-headers"));
    fetch(element.dataset.url, {method: "POST", headers: {"X-CSRFToken": token, "X-Requested-With": "fetch"}}).catch(() => { done = false; });
  };
  mark();
  return listen([document, "visibilitychange", mark]);
}
