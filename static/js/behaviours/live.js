/*
 * Has htmx load an element again when what it shows may have changed: <div data-behaviour="live"
 * data-topics="ticket.5.inside" data-numbers="12" data-kinds="status_changed" hx-get="/office/tickets/5/parts/side/"
 * hx-trigger="live">.
 * Hints of other kinds are ignored. What the reader is using is not replaced until they are done, except by what a form
 * in it asks for, nor is what looks the same. In a dialog it waits until the dialog is open. A new element with data-first
 * is scrolled into view.
 */
import {contentOf, parse} from "../lib/content.js";
import {isChanged} from "../lib/fields.js";
import {listen} from "../lib/listen.js";
import {follow} from "../lib/live.js";

const GATHER = 150;
const SPREAD = 350;
const BUSY = 1_500;

export function connect(element) {
  const kinds = (element.dataset.kinds || "").split(/\s+/).filter(Boolean);
  const folds = () => [...element.querySelectorAll("details:not(.menu)")];
  const first = () => element.querySelector("[data-first]");
  let timer = null;
  let before = {};
  /* As the server drew it: what the reader opened or closed since then is no change. */
  let drawn = contentOf(element);
  let shown = element.dataset.numbers && `W/"${element.dataset.numbers}"`;

  const loadIn = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(load, wait);
  };
  const load = () => {
    if (isInUse(element)) loadIn(BUSY);
    else if (!element.closest("dialog:not([open])")) element.dispatchEvent(new CustomEvent("live"));
  };
  /* The server draws nothing for a page that shows it already. */
  const onConfigRequest = ({target, detail}) => {
    if (target === element && shown) detail.headers["If-None-Match"] = shown;
  };
  const onBeforeSwap = ({target, detail}) => {
    if (target !== element || !detail.shouldSwap) return;
    if (detail.requestConfig.elt === element && isInUse(element)) {
      detail.shouldSwap = false;
      loadIn(BUSY);
      return;
    }
    shown = detail.xhr.getResponseHeader("ETag");
    const fresh = contentOf(parse(detail.serverResponse, element.getAttribute("hx-select")));
    detail.shouldSwap = fresh !== drawn;
    drawn = fresh;
    before = {folds: folds().map((each) => each.open), first: first()};
  };
  const onAfterSwap = ({target}) => {
    if (target !== element) return;
    if (folds().length === before.folds.length) folds().forEach((each, index) => { each.open = before.folds[index]; });
    const isWriting = document.activeElement?.matches("textarea, input");
    if (!before.first && !isWriting) first()?.scrollIntoView({block: "center"});
  };
  const leave = follow(element.dataset.topics, (hint) => {
    const concerns = hint.kind === "hint" && (!kinds.length || kinds.includes(hint.event));
    if (hint.kind === "revoked") location.reload();
    else if (concerns || hint.kind === "again") loadIn(GATHER + Math.random() * SPREAD);
  }, element.dataset.numbers);
  const silence = listen(
    [element, "htmx:configRequest", onConfigRequest],
    [element, "htmx:beforeSwap", onBeforeSwap],
    [element, "htmx:afterSwap", onAfterSwap],
  );
  return () => { clearTimeout(timer); leave(); silence(); };
}

/* A focus that shows was set by keyboard, or is in a field. */
function isInUse(element) {
  return element.querySelector(":focus-visible, dialog[open], details.menu[open]") !== null
    || [...element.querySelectorAll("textarea, input, select")].some(isChanged);
}
