/*
 * <dialog id="facts" data-behaviour="dialog">: closes on [data-close], Escape and a click on the backdrop.
 * One that is drawn open, and one that the address names, is open when the page is loaded.
 */
import {listen} from "../lib/listen.js";

export function connect(element) {
  const isWanted = element.open || location.hash === `#${element.id}`;
  element.open = false;
  if (isWanted) element.showModal();
  const onClick = (event) => {
    const closer = event.target.closest("[data-close]");
    if (!closer && event.target !== element) return;
    event.preventDefault();
    element.close();
  };
  const onKey = (event) => { if (event.key === " " && event.target.matches("a[data-close]")) onClick(event); };
  const onClose = () => {
    if (location.hash === `#${element.id}`) history.replaceState(null, "", location.pathname + location.search);
  };
  return listen([element, "click", onClick], [element, "keydown", onKey], [element, "close", onClose]);
}
