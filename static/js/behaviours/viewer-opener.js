/*
 * Opens the pictures of a page in one viewer: <template data-behaviour="viewer-opener"><dialog …></dialog></template>.
 * Their links lead to the pictures themselves without it. The viewer is loaded with the dialog, and not before.
 */
import {listen} from "../lib/listen.js";

export function connect(template) {
  return listen([document, "click", (event) => open(event, template)]);
}

function open(event, template) {
  const link = event.target.closest?.(".attachment__image");
  if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || !window.HTMLDialogElement) return;
  event.preventDefault();
  const dialog = template.content.querySelector("dialog").cloneNode(true);
  dialog.dataset.first = link.href;
  dialog.dataset.behaviour = "viewer";
  document.body.append(dialog);
}
