/* Focuses a field or clicks a button by one key, except while the reader types: <input data-behaviour="hotkey" data-key="/">. */
import {listen} from "../lib/listen.js";

const TYPING = "input, textarea, select, [contenteditable=true]";

export function connect(element) {
  return listen([document, "keydown", (event) => {
    if (event.key !== element.dataset.key || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches?.(TYPING) || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    if (element.matches(TYPING)) { element.focus(); element.select?.(); } else element.click();
  }]);
}
