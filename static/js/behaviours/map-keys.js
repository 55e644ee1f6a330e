/*
 * Arrow keys on a drawn map: <div data-behaviour="map-keys"><a data-node="a" data-next="b c">… Right follows the first
 * line of a box, left goes back along one, up and down stay in its column. Tab goes through all boxes as ever.
 */
import {listen} from "../lib/listen.js";

const RIGHT = {ArrowRight: 1, ArrowLeft: -1};
const DOWN = {ArrowDown: 1, ArrowUp: -1};

export function connect(map) {
  const nodes = [...map.querySelectorAll("[data-node]")];
  const onKey = (event) => {
    const node = event.target.closest("[data-node]");
    const isPlain = !event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (!node || !isPlain || !(event.key in RIGHT || event.key in DOWN)) return;
    const next = event.key in RIGHT ? along(nodes, node, RIGHT[event.key]) : beside(nodes, node, DOWN[event.key]);
    event.preventDefault();
    next?.focus();
  };
  return listen([map, "keydown", onKey]);
}

function nextOf(node) {
  return node.dataset.next.split(" ");
}

function along(nodes, node, direction) {
  if (direction > 0) return nodes.find((each) => nextOf(node).includes(each.dataset.node));
  return nodes.find((each) => nextOf(each).includes(node.dataset.node));
}

function beside(nodes, node, direction) {
  const place = (each) => each.parentElement.getBoundingClientRect();
  const column = nodes.filter((each) => Math.abs(place(each).x - place(node).x) < 1);
  column.sort((one, other) => place(one).y - place(other).y);
  return column[column.indexOf(node) + direction];
}
