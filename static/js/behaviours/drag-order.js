/*
 * Orders a list by dragging: <ol data-behaviour="drag-order" data-form="id of a form"><li data-key="7"><span data-grip
 * hidden>… Sends the form with `key` and `place` when a row was dropped elsewhere. The grips show as soon as it works.
 */
import {listen} from "../lib/listen.js";

export function connect(list) {
  const form = document.getElementById(list.dataset.form);
  const rows = () => [...list.querySelectorAll(":scope > [data-key]")];
  let dragged = null;
  let before = -1;
  rows().forEach((row) => { row.querySelector("[data-grip]").hidden = false; });
  return listen(
    [list, "pointerdown", ({target}) => {
      const row = target.closest("[data-grip]")?.closest("[data-key]");
      if (row) row.draggable = true;
    }],
    [list, "dragstart", (event) => {
      dragged = event.target.closest("[data-key]");
      if (!dragged) return;
      before = rows().indexOf(dragged);
      event.dataTransfer.effectAllowed = "move";
      dragged.classList.add("is-dragged");
    }],
    [list, "dragover", (event) => {
      const row = event.target.closest("[data-key]");
      if (!dragged || !row) return;
      event.preventDefault();
      const box = row.getBoundingClientRect();
      if (row !== dragged) list.insertBefore(dragged, event.clientY < box.y + box.height / 2 ? row : row.nextSibling);
    }],
    [list, "drop", (event) => event.preventDefault()],
    [list, "dragend", () => {
      if (!dragged) return;
      const place = rows().indexOf(dragged);
      dragged.classList.remove("is-dragged");
      dragged.draggable = false;
      if (place !== before) send(form, dragged.dataset.key, place);
      dragged = null;
    }],
  );
}

function send(form, key, place) {
  form.elements.key.value = key;
  form.elements.place.value = place;
  form.requestSubmit();
}
