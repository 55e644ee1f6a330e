/*
 * Keeps a conversation scrolled to its end, and shows a button to get there while the reader is further up, with how much is
 * new there: const scroller = keepAtEnd(element, {newest: "Newest messages", one: "1 new message", many: "{n} new messages"}).
 * Scrolls the element, or the page if the element does not scroll.
 */
import {listen} from "./listen.js";

const NEAR = 120;

export function keepAtEnd(element, words) {
  const own = getComputedStyle(element).overflowY !== "visible";
  const box = own ? element : document.scrollingElement;
  const distance = () => box.scrollHeight - box.scrollTop - box.clientHeight;
  const button = document.createElement("button");
  let fresh = 0;
  const show = () => {
    if (scroller.isAtEnd) fresh = 0;
    button.hidden = scroller.isAtEnd || (!fresh && distance() < box.clientHeight);
    button.textContent = fresh === 1 ? words.one : fresh ? words.many.replace("{n}", fresh) : words.newest;
  };
  const scroller = {
    isAtEnd: true,
    toEnd() { box.scrollTop = box.scrollHeight; scroller.isAtEnd = true; show(); },
    rest() { scroller.isAtEnd = false; },
    /* Does something that changes the height above the element, which stays where the reader sees it. */
    hold(anchor, change) {
      const before = anchor.getBoundingClientRect().top;
      change();
      box.scrollTop += anchor.getBoundingClientRect().top - before;
    },
    offer(added) { fresh += added; show(); },
    stop() { silence(); observer.disconnect(); button.remove(); if (own) place.remove(); },
  };
  button.type = "button";
  button.className = "live-hint chat__new";
  button.hidden = true;
  const place = placeOf(element, own);
  place.prepend(button);
  const silence = listen(
    [own ? element : window, "scroll", () => { scroller.isAtEnd = distance() < NEAR; show(); }, {passive: true}],
    [element, "load", () => scroller.isAtEnd && scroller.toEnd(), {capture: true}],
    [button, "click", () => scroller.toEnd()],
  );
  /* A keyboard on the screen, a longer text and a larger messenger leave another height. */
  const observer = new ResizeObserver(() => scroller.isAtEnd && scroller.toEnd());
  observer.observe(own ? element : document.querySelector(".portal-composer") ?? element);
  /* On a small screen the composer is far below. */
  if (own && window.matchMedia("(max-width: 60rem)").matches) element.parentElement.scrollIntoView({block: "end"});
  return scroller;
}

/* Just above the composer, however high that is. */
function placeOf(element, own) {
  if (!own) return document.querySelector(".portal-composer") ?? document.body;
  const place = document.createElement("div");
  place.className = "chat__new-place";
  element.after(place);
  return place;
}
