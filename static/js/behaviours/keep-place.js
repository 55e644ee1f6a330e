/*
 * Who works by keyboard goes on where they were when the element is drawn anew, though the button that they used is gone:
 * <div data-behaviour="live keep-place" hx-get="…">, with <li data-place="5"> for each place in it.
 */
import {listen} from "../lib/listen.js";

export function connect(element) {
  let place = null;
  const remember = ({target}) => {
    if (target !== element) return;
    const focused = element.contains(document.activeElement) && document.activeElement;
    place = focused ? focused.closest("[data-place]")?.dataset.place ?? "" : null;
  };
  const goBack = ({target}) => {
    if (target !== element || place === null || element.contains(document.activeElement)) return;
    const found = place && element.querySelector(`[data-place="${CSS.escape(place)}"]`);
    (found || element).querySelector("a[href], button")?.focus();
  };
  return listen([element, "htmx:beforeSwap", remember], [element, "htmx:afterSwap", goBack]);
}
