/*
 * Says that a list has changed, instead of moving its rows under the pointer; the button loads them:
 * <button data-behaviour="changes" data-topics="tickets" data-numbers="840" data-rows="#ticket-rows"
 * data-one="1 change, show" data-many="{n} changes, show" hx-get="" hx-trigger="click, look" hidden>
 * What the reader does to a ticket of the list (row:acted) is no change. After hints that may have been missed, it looks whether the rows are others. Stands in the element that htmx swaps,
 * and is preserved there.
 */
import {contentOf, parse} from "../lib/content.js";
import {listen} from "../lib/listen.js";
import {follow} from "../lib/live.js";

const OWN_MILLISECONDS = 5_000;

export function connect(button) {
  const {rows, one, many} = button.dataset;
  const changed = new Set();
  const own = new Set();
  const show = () => {
    button.hidden = !changed.size;
    button.textContent = changed.size === 1 ? one : many.replace("{n}", changed.size);
  };
  let shown = button.dataset.numbers && `W/"${button.dataset.numbers}"`;
  /* The server draws nothing while the list has this number. */
  const onConfigRequest = ({detail}) => {
    if (detail.triggeringEvent?.type === "look" && shown) detail.headers["If-None-Match"] = shown;
  };
  const onBeforeSwap = ({detail}) => {
    const {elt, triggeringEvent} = detail.requestConfig;
    if (elt !== button || triggeringEvent.type !== "look" || detail.xhr.status === 304) return;
    shown = detail.xhr.getResponseHeader("ETag");
    const fresh = contentOf(parse(detail.serverResponse, `${rows} > *`));
    const present = document.querySelector(rows);
    if (fresh !== (present ? contentOf(present) : "")) changed.add("unknown");
    detail.shouldSwap = false;
    show();
  };
  const onAfterSwap = ({target}) => {
    if (!target.contains(button)) return;
    changed.clear();
    show();
  };
  const leave = follow(button.dataset.topics, (hint) => {
    if (hint.kind === "again") button.dispatchEvent(new CustomEvent("look"));
    if (hint.kind !== "hint" || own.has(hint.ticket)) return;
    changed.add(hint.ticket);
    show();
  }, button.dataset.numbers);
  const onActed = ({detail: ticket}) => {
    own.add(ticket);
    window.setTimeout(() => own.delete(ticket), OWN_MILLISECONDS);
  };
  const silence = listen(
    [document, "row:acted", onActed],
    [button, "htmx:configRequest", onConfigRequest],
    [document, "htmx:beforeSwap", onBeforeSwap],
    [document, "htmx:afterSwap", onAfterSwap],
  );
  return () => { leave(); silence(); };
}
