/*
 * <details class="menu" data-behaviour="menu">: closes on Escape, on a click elsewhere and when the focus leaves; arrow
 * keys move. Its .menu__list may be loaded at menu:wanted: when a pointer goes down, so that it is there when the click
 * opens the menu, else when it opens.
 */
import {listen} from "../lib/listen.js";

const A_CLICK = 1_000;  // Milliseconds from its begin to the menu that is open.

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
  let wantedAt = -Infinity;
  const want = () => {
    wantedAt = performance.now();
    element.querySelector(".menu__list").dispatchEvent(new CustomEvent("menu:wanted"));
  };
  const onPointer = () => { if (!element.open) want(); };
  const onToggle = () => {
    if (!element.open) wantedAt = -Infinity;
    else if (performance.now() - wantedAt > A_CLICK) want();
  };
  return listen(
    [element, "toggle", onToggle],
    [element.querySelector("summary"), "pointerdown", onPointer],
    [element, "keydown", onKey],
    [element, "focusout", (event) => { if (event.relatedTarget && !element.contains(event.relatedTarget)) close(); }],
    [document, "click", (event) => { if (!element.contains(event.target)) close(); }],
  );
}
