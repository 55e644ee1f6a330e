/*
 * Marks the notifications of a ticket as read while its page is visible. By script, because GET never writes.
 * <div data-behaviour="mark-read" data-url="/office/tickets/5/read/" data-topic="person.7" data-ticket="5" data-unread></div>
 * With a topic it also marks those that arrive meanwhile, on pages that show them to the reader.
 */
import {follow} from "../lib/live.js";
import {listen} from "../lib/listen.js";
import {post} from "../lib/request.js";

export function connect(element) {
  let waits = "unread" in element.dataset;
  const mark = async () => {
    if (!waits || document.hidden) return;
    waits = false;
    const response = await post(element.dataset.url).catch(() => null);
    if (!response?.ok) waits = true;
  };
  const stop = follow(element.dataset.topic || "", (hint) => {
    if (hint.event !== "notification" || String(hint.ticket) !== element.dataset.ticket) return;
    waits = true;
    mark();
  });
  const silence = listen([document, "visibilitychange", mark]);
  mark();
  return () => { stop(); silence(); };
}
