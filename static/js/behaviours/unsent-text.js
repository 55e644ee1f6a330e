/*
 * Shows what was begun and cannot be sent: <section hidden data-behaviour="unsent-text" data-names="…">, with the parts text,
 * copy and discard, and perhaps a form that takes the text along. What was copied or discarded does not come back.
 */
import {listen} from "../lib/listen.js";
import {forgetTexts, textsOf} from "../lib/unsent.js";

export function connect(section) {
  const part = (name) => section.querySelector(`[data-part="${name}"]`);
  const {names} = section.dataset;
  const [place, copy, discard] = ["text", "copy", "discard"].map(part);
  const text = place.textContent || textsOf(names).join("\n\n");
  if (!text) return null;
  place.textContent = text;
  const carried = section.querySelector("input[name=text]");
  if (carried) carried.value = text;
  copy.hidden = !navigator.clipboard;
  discard.hidden = section.hidden = false;
  return listen(
    [copy, "click", async () => {
      await navigator.clipboard.writeText(text);
      copy.querySelector(".button__label").textContent = copy.dataset.done;
      forgetTexts(names);
    }],
    [discard, "click", () => { forgetTexts(names); section.remove(); }],
  );
}
