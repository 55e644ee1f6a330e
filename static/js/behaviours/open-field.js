/* Opens the file dialog of a field: <a href="#id_files_camera" data-behaviour="open-field">; without it the link leads there. */
import {listen} from "../lib/listen.js";

export function connect(element) {
  const open = (event) => {
    const field = document.getElementById(element.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    field.click();
  };
  const onKey = (event) => { if (event.key === " ") open(event); };
  return listen([element, "click", open], [element, "keydown", onKey]);
}
