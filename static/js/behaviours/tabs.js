/* Scrolls the current tab into view where the row is wider than the screen: <nav class="tabs" data-behaviour="tabs">. */

export function connect(element) {
  const list = element.querySelector(".tabs__list");
  const current = element.querySelector("[aria-current]");
  if (current) list.scrollLeft = current.offsetLeft - list.clientWidth / 2 + current.clientWidth / 2;
}
