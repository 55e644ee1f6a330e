/*
 * Keeps what stands at the bottom above the keyboard of the screen, where a browser lays it over the page instead of making
 * the page smaller: <html> gets --keyboard, its height. const stop = keepAboveKeyboard().
 */
import {listen} from "./listen.js";

export function keepAboveKeyboard() {
  const view = window.visualViewport;
  if (!view) return () => {};
  const root = document.documentElement;
  const measure = () => {
    /* Zoomed in, the view is smaller without any keyboard. */
    const hidden = view.scale > 1 ? 0 : Math.max(0, window.innerHeight - view.height - view.offsetTop);
    root.style.setProperty("--keyboard", `${Math.round(hidden)}px`);
  };
  measure();
  return listen([view, "resize", measure], [view, "scroll", measure]);
}
