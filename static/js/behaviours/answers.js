/*
 * Sends the answer to a question without leaving the page: <form data-behaviour="answers" data-offline="…">, whose buttons stand in the
 * bubbles of questions. Without it the form leads to the conversation.
 */
import {listen} from "../lib/listen.js";
import {post, refusalOf} from "../lib/request.js";
import {toast} from "../lib/toast.js";

export function connect(form) {
  return listen([form, "submit", async (event) => {
    event.preventDefault();
    if (form.hasAttribute("aria-busy")) return;
    form.setAttribute("aria-busy", "true");
    const body = new FormData(form);
    body.append("answer", event.submitter.value);
    const response = await post(form.action, body).catch(() => null);
    form.removeAttribute("aria-busy");
    if (response?.ok) document.dispatchEvent(new CustomEvent("conversation:changed"));
    else toast({text: response ? (await refusalOf(response)).message : form.dataset.offline, level: "error"});
  }]);
}
