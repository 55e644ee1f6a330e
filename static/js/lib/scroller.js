/*
 * Keeps a conversation scrolled to its end, and shows a button to get there while the reader is further up:
 * const scroller = keepAtEnd(element, "New messages"). Scrolls the element, or the page if the element does not scroll.
 */
import {listen} from "./listen.js";

const NEAR = 120;

export function keepAtEnd(element, words) {
  const own = getComputedStyle(element).overflowY !== "visible";
  const box = own ? element : document.scrollingElement;
  const distance = () => box.scrollHeight - box.scrollTop - box.clientHeight;
  const button = document.createElement("button");
  const scroller = {
    isAtEnd: true,
    toEnd() { box.scrollTop = box.scrollHeight; scroller.isAtEnd = true; button.hidden = true; },
    rest() { scroller.isAtEnd = false; },
    /* Does something that changes the height above the element, which stays where the reader sees it. */
    hold(anchor, change) {
      const before = anchor.getBoundingClientRect().top;
      change();
      box.scrollTop += anchor.getBoundingClientRect().top - before;
    },
    offer() { button.hidden = false; },
    stop() { silence(); button.remove(); },
  };
  button.type = "button";
  button.className = "live-hint chat__new";
  button.textContent = words;
  button.hidden = true;
  (own ? element.parentElement : document.querySelector(".portal-composer") ?? document.body).prepend(button);
  const silence = listen(
    [own ? element : window, "scroll", () => { scroller.isAtEnd = distance() < NEAR; if (scroller.isAtEnd) button.hidden = true; }, {passive: true}],
    [element, "load", () => scroller.isAtEnd && scroller.toEnd(), {capture: true}],
    [button, "click", () => scroller.toEnd()],
  );
  /* On a small screen the composer is far below. */
  if (own && window.matchMedia("(max-width: 60rem)").matches) element.parentElement.scrollIntoView({block: "end"});
  return scroller;
}
