/*
 * <div id="toasts" data-behaviour="toasts">: hides short messages after a while, later where there is a link to follow.
 * The time stands still while the pointer or focus is on them, or the page out of sight. Errors and those with data-stays
 * stay until they are closed.
 */
import {listen} from "../lib/listen.js";

const SHOWN_MILLISECONDS = 7_000;
const SHOWN_WITH_LINK = 15_000;

export function connect(element) {
  const watch = (node) => {
    if (node.nodeType === Node.ELEMENT_NODE) [node, ...node.querySelectorAll("*")].filter(isPassing).forEach(leaveLater);
  };
  const observer = new MutationObserver((changes) => changes.forEach((change) => change.addedNodes.forEach(watch)));
  observer.observe(element, {childList: true, subtree: true});
  [...element.children].forEach(watch);
  const stop = listen([element, "click", (event) => event.target.closest("[data-dismiss]")?.closest(".toast").remove()]);
  return () => { observer.disconnect(); stop(); };
}

function isPassing(toast) {
  return toast.matches("[data-toast]:not([data-toast=error], [data-stays])");
}

function leaveLater(toast) {
  window.setTimeout(() => {
    if (document.hidden || toast.matches(":hover, :focus-within")) leaveLater(toast);
    else toast.remove();
  }, toast.querySelector("a") ? SHOWN_WITH_LINK : SHOWN_MILLISECONDS);
}
