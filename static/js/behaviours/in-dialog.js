/*
 * Asks in a dialog instead of on a page of its own: <form id="row-assign" data-behaviour="in-dialog"
 * data-target="assign-dialog" data-part="#assign-form">, submitted by any of its buttons. The dialog has [data-place];
 * where the rows came later and the page has no such dialog, the page of its own opens.
 */
import {parse} from "../lib/content.js";
import {listen} from "../lib/listen.js";
import {get} from "../lib/request.js";

export function connect(form) {
  const {target, part} = form.dataset;
  const ask = async (event) => {
    event.preventDefault();
    const address = new URL(event.submitter.formAction);
    address.search = new URLSearchParams(new FormData(form));
    const dialog = document.getElementById(target);
    const response = dialog && await get(address).catch(() => null);
    const found = response?.ok ? parse(await response.text(), part) : null;
    if (!found?.childElementCount) { location.assign(address); return; }
    dialog.querySelector("[data-place]").replaceChildren(...found.childNodes);
    dialog.showModal();
  };
  return listen([form, "submit", ask]);
}
