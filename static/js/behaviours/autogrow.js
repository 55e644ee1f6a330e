/* Makes a text area as high as its text: <textarea data-behaviour="autogrow">. */
import {listen} from "../lib/listen.js";

export function connect(element) {
  const grow = () => {
    element.style.height = "auto";
    element.style.height = `${element.scrollHeight + element.offsetHeight - element.clientHeight}px`;
  };
  if (element.value) grow();
  const clear = () => requestAnimationFrame(() => { element.style.height = ""; });
  return element.form
    ? listen([element, "input", grow], [element.form, "reset", clear])
    : listen([element, "input", grow]);
}
