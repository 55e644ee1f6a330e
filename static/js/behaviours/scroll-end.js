/* Scrolls a list to its end and keeps it there until the reader scrolls up: <div class="chat__scroll" data-behaviour="scroll-end">. */
import {listen} from "../lib/listen.js";

const NEAR = 80;

export function connect(element) {
  let following = true;
  const toEnd = () => { element.scrollTop = element.scrollHeight; };
  const observer = new MutationObserver(() => following && toEnd());
  observer.observe(element, {childList: true, subtree: true});
  toEnd();
  const stop = listen(
    [element, "scroll", () => { following = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR; }],
    [element, "load", () => following && toEnd(), {capture: true}],
  );
  return () => { observer.disconnect(); stop(); };
}
