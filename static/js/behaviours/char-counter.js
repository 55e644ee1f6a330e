/* Shows how many characters are left when a text is near its limit: <textarea maxlength="2000" data-behaviour="char-counter">. */
import {listen} from "../lib/listen.js";

const SHOWN_FROM = 0.8;

export function connect(element) {
  const limit = element.maxLength;
  if (limit <= 0) return undefined;
  const counter = document.createElement("span");
  counter.className = "char-counter";
  counter.setAttribute("aria-hidden", "true");
  element.after(counter);
  const count = () => {
    counter.hidden = element.value.length < limit * SHOWN_FROM;
    counter.textContent = `${element.value.length} / ${limit}`;
  };
  count();
  const stop = listen([element, "input", count]);
  return () => { stop(); counter.remove(); };
}
