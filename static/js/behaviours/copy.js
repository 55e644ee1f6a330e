/*
 * Copies a text: <button hidden data-behaviour="copy" data-text="#1098" data-done="Copied">Copy number</button>. The button is
 * there only where the browser lets us, and says for a moment that it is done.
 */
import {listen} from "../lib/listen.js";

const SHOWN = 2000;

export function connect(element) {
  if (!navigator.clipboard) return null;
  const label = element.querySelector(".button__label") || element;
  const before = label.textContent;
  let timer = 0;
  element.hidden = false;
  const leave = listen([element, "click", async () => {
    await navigator.clipboard.writeText(element.dataset.text);
    label.textContent = element.dataset.done;
    clearTimeout(timer);
    timer = setTimeout(() => { label.textContent = before; }, SHOWN);
  }]);
  return () => {
    clearTimeout(timer);
    leave();
  };
}
