/*
 * Asks before a form is sent: <form data-behaviour="confirm" data-confirm="Cancel this ticket?" data-confirm-label="Cancel ticket">.
 * A button may carry its own data-confirm. Without JavaScript the form is sent at once.
 */
import {listen} from "../lib/listen.js";

export function connect(element) {
  let agreed = false;
  return listen([element, "submit", (event) => {
    const text = event.submitter?.dataset.confirm || element.dataset.confirm;
    if (agreed || !text) { agreed = false; return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(text, {...element.dataset, ...event.submitter?.dataset}).then((yes) => {
      if (!yes) return;
      agreed = true;
      element.requestSubmit(event.submitter);
    });
  }, {capture: true}]);
}

function ask(text, options) {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog dialog--sm";
  dialog.setAttribute("aria-labelledby", "confirm-question");
  const question = Object.assign(document.createElement("p"), {id: "confirm-question", className: "dialog__question", textContent: text});
  const body = Object.assign(document.createElement("form"), {method: "dialog", className: "dialog__box dialog__body"});
  const actions = Object.assign(document.createElement("div"), {className: "form-actions"});
  actions.append(choice(document.body.dataset.cancelLabel, "secondary", ""), choice(options.confirmLabel || "OK", "primary", "yes"));
  body.append(question, actions);
  dialog.append(body);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => { resolve(dialog.returnValue === "yes"); dialog.remove(); });
  });
}

function choice(text, variant, value) {
  return Object.assign(document.createElement("button"), {className: `button button--${variant} button--md`, value, textContent: text});
}
