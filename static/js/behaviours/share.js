/*
 * Hands a link to the other apps of the phone: <button hidden data-behaviour="share" data-title="…" data-url="…">. The button
 * is there only where the browser can.
 */
import {listen} from "../lib/listen.js";

export function connect(element) {
  if (!navigator.share) return null;
  const {title, url} = element.dataset;
  element.hidden = false;
  /* Whoever closes the list of apps has shared nothing, which is no fault. */
  return listen([element, "click", () => navigator.share({title, url}).catch(() => {})]);
}
