/* Sends a form as soon as a photo is taken, scaled down: <form data-behaviour="send-photo"> around a file field. */
import {listen} from "../lib/listen.js";
import {shrink} from "../lib/shrink.js";

export function connect(form) {
  const input = form.querySelector("input[type=file]");
  const button = form.querySelector("[type=submit]");
  button.hidden = true;
  const stop = listen([input, "change", async () => {
    if (!input.files.length) return;
    const smaller = new DataTransfer();
    smaller.items.add(await shrink(input.files[0]));
    input.files = smaller.files;
    form.requestSubmit();
  }]);
  return () => { button.hidden = false; stop(); };
}
