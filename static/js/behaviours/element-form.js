/*
 * Buttons and file inputs that htmx sends, in a form that works without: <form data-behaviour="element-form">. Where the
 * answer is a refusal, or there is none, the form is sent as a page, which says why. `refresh` changes nothing.
 */
import {listen} from "../lib/listen.js";

export function connect(form) {
  const sendAsPage = ({detail: {elt}}) => {
    if (elt.type === "submit") form.requestSubmit(elt);
    if (elt.type === "file") form.requestSubmit(form.querySelector("[name=do][value=refresh]"));
  };
  return listen([form, "htmx:responseError", sendAsPage], [form, "htmx:sendError", sendAsPage]);
}
