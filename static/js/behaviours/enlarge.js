/* Shows a picture over the whole screen: <a href="/…" data-behaviour="enlarge"><img …></a>. A tap, Escape or Back closes it. */
import {listen} from "../lib/listen.js";

export function connect(element) {
  return listen([element, "click", (event) => {
    if (event.ctrlKey || event.metaKey || !window.HTMLDialogElement) return;
    event.preventDefault();
    show(element);
  }]);
}

function show(link) {
  const dialog = document.createElement("dialog");
  const picture = link.querySelector("img").cloneNode();
  const close = document.createElement("button");
  picture.loading = "eager";
  close.type = "button";
  close.className = "button button--secondary button--lg";
  close.textContent = document.body.dataset.closeLabel;
  dialog.className = "enlarged";
  dialog.setAttribute("aria-label", picture.alt);
  dialog.append(picture, close);
  dialog.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => { dialog.remove(); link.focus(); });
  document.body.append(dialog);
  dialog.showModal();
}
