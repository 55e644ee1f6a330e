/* <div id="toasts" data-behaviour="toasts">: hides short messages after a while, unless the pointer or focus is on them; errors and messages with a link stay. */
import {listen} from "../lib/listen.js";

const SHOWN_MILLISECONDS = 7_000;

export function connect(element) {
  const watch = (toast) => {
    if (toast.dataset?.toast && toast.dataset.toast !== "error" && !toast.querySelector("a")) leaveLater(toast);
  };
  const observer = new MutationObserver((changes) => changes.forEach((change) => change.addedNodes.forEach(watch)));
  observer.observe(element, {childList: true});
  [...element.children].forEach(watch);
  const stop = listen([element, "click", (event) => event.target.closest("[data-dismiss]")?.closest(".toast").remove()]);
  return () => { observer.disconnect(); stop(); };
}

function leaveLater(toast) {
  window.setTimeout(() => {
    if (toast.matches(":hover, :focus-within")) leaveLater(toast);
    else toast.remove();
  }, SHOWN_MILLISECONDS);
}
