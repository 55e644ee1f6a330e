/* Keeps on this phone which steps were ticked: <ol data-behaviour="help-steps" data-keep-as="device.element">. */
import {listen} from "../lib/listen.js";

const PREFIX = "help.steps.";

export function connect(element) {
  if (!element.dataset.keepAs) return null;
  const name = PREFIX + element.dataset.keepAs;
  const ticks = [...element.querySelectorAll("input[type=checkbox]")];
  /* What was ticked before this was loaded stays so. */
  read(name).forEach((index) => { if (ticks[index]) ticks[index].checked = true; });
  return listen([element, "change", () => {
    const ticked = ticks.flatMap((tick, index) => (tick.checked ? [index] : []));
    try {
      localStorage.setItem(name, JSON.stringify(ticked));
    } catch {
      /* A browser that keeps nothing for us. */
    }
  }]);
}

function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name)) ?? [];
  } catch {
    return [];
  }
}
