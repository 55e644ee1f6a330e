/* Opens the dialog that its link (or data-target) names: <a href="#facts" data-behaviour="dialog-opener">. */
import {listen} from "../lib/listen.js";

export function connect(element) {
  const id = element.dataset.target || element.hash.slice(1);
  const open = (event) => {
    const dialog = document.getElementById(id);
    if (!dialog?.showModal || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    if (!dialog.open) dialog.showModal();
    giveFocusBack(dialog, element.closest("details.menu"));
    dialog.dispatchEvent(new CustomEvent("dialog:opened"));
  };
  const onKey = (event) => { if (event.key === " ") open(event); };
  return listen([element, "click", open], [element, "keydown", onKey]);
}

/* The dialog returns the focus to its opener; for one in a menu, which is closed by then, the menu gets it. */
function giveFocusBack(dialog, menu) {
  if (menu) dialog.addEventListener("close", () => menu.querySelector("summary").focus(), {once: true});
}
