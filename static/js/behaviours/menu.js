/*
 * <details class="menu" data-behaviour="menu">: closes on Escape, on a click elsewhere and when the focus leaves; arrow
 * keys move.
 */
import {listen} from "../lib/listen.js";

export function connect(element) {
  const items = () => [...element.querySelectorAll("a.menu__item, button.menu__item, .menu__item > input")];
  const close = () => { element.open = false; };
  const onKey = (event) => {
    if (!element.open) return;
    if (event.key === "Escape") { close(); element.querySelector("summary").focus(); }
    const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
    if (!step || !items().length) return;
    event.preventDefault();
    const all = items();
    const at = all.indexOf(document.activeElement);
    all[(at + step + all.length + (at < 0 && step < 0 ? 1 : 0)) % all.length].focus();
  };
  return listen(
    [element, "keydown", onKey],
    [element, "focusout", (event) => { if (event.relatedTarget && !element.contains(event.relatedTarget)) close(); }],
    [document, "click", (event) => { if (!element.contains(event.target)) close(); }],
  );
}
