/* Opens the browser's print dialog: <button data-behaviour="print" hidden>. Without scripts the browser's menu prints. */
import {listen} from "../lib/listen.js";

export function connect(button) {
  button.hidden = false;
  return listen([button, "click", () => window.print()]);
}
