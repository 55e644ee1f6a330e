/*
 * Has what menus show loaded when it is wanted: <div data-behaviour="filter-menus"> around them. Each .menu__list hears
 * menu:wanted when a pointer goes down, so that all is there when the click opens the menu, else when that opens. Who went
 * into the menu by keyboard before is taken to the first of what it shows.
 */
import {listen} from "../lib/listen.js";

const A_CLICK = 1_000;  // Milliseconds from its begin to the menu that is open.

export function connect(element) {
  const wantedAt = new WeakMap();
  const want = (menu) => {
    wantedAt.set(menu, performance.now());
    menu.querySelector(".menu__list").dispatchEvent(new CustomEvent("menu:wanted"));
  };
  const onPointer = ({target}) => {
    const menu = target.closest("summary")?.parentElement;
    if (menu && !menu.open) want(menu);
  };
  const onToggle = ({target: menu}) => {
    if (!menu.open) wantedAt.delete(menu);
    else if (performance.now() - (wantedAt.get(menu) ?? -Infinity) > A_CLICK) want(menu);
  };
  let isInside = false;
  const beforeSwap = ({target}) => { isInside = target.contains(document.activeElement); };
  const afterSwap = ({target}) => {
    if (isInside && !target.contains(document.activeElement)) target.querySelector("input, select, a, button")?.focus();
  };
  return listen(
    [element, "pointerdown", onPointer],
    [element, "toggle", onToggle, {capture: true}],
    [element, "htmx:beforeSwap", beforeSwap],
    [element, "htmx:afterSwap", afterSwap],
  );
}
