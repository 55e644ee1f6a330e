/*
 * Puts a link to a step of the help into a text: <a href="/…/help/" target="_blank" data-behaviour="help-picker"
 * data-failed="…"> in the form whose text area is "text". Without it the page is there to copy from.
 */
import {parse} from "../lib/content.js";
import {listen} from "../lib/listen.js";
import {get} from "../lib/request.js";
import {toast} from "../lib/toast.js";

const PAUSE = 200; /* Milliseconds. */

export function connect(link) {
  const picker = new Picker(link);
  return listen([link, "click", (event) => picker.open(event)]);
}

class Picker {
  asked = 0;
  timer = 0;

  constructor(link) {
    this.link = link;
  }

  async open(event) {
    if (event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const found = await this.fetch("");
    if (!found) return void toast({text: this.link.dataset.failed, level: "error"});
    this.dialog = found.querySelector("dialog");
    listen(
      [this.dialog, "input", (typed) => this.search(typed.target.value)],
      [this.dialog, "click", (clicked) => this.choose(clicked)],
      [this.dialog, "close", () => this.dialog.remove()],
    );
    /* One that is drawn open is shown above the page by its own behaviour. */
    this.dialog.open = true;
    document.body.append(this.dialog);
  }

  search(words) {
    clearTimeout(this.timer);
    this.timer = setTimeout(async () => {
      const asked = ++this.asked;
      const found = await this.fetch(words);
      if (found && asked === this.asked) this.results.replaceChildren(...found.querySelector("[data-results]").childNodes);
    }, PAUSE);
  }

  get results() {
    return this.dialog.querySelector("[data-results]");
  }

  async fetch(words) {
    try {
      const response = await get(`${this.link.href}?q=${encodeURIComponent(words)}`);
      return response.ok ? parse(await response.text()) : null;
    } catch {
      return null;
    }
  }

  choose(event) {
    const pick = event.target.closest("[data-pick]");
    if (!pick || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.dialog.close();
    write(this.link.closest("form").elements.text, pick.dataset.pick);
  }
}

/* At the caret, with the title selected, so that another one can be typed at once. */
function write(field, link) {
  const {selectionStart: from, selectionEnd: end, value} = field;
  const before = from && !/\s/.test(value[from - 1]) ? " " : "";
  const after = end < value.length && !/\s/.test(value[end]) ? " " : "";
  field.setRangeText(before + link + after, from, end);
  field.focus();
  const title = from + before.length + link.indexOf(" | ") + 3;
  field.setSelectionRange(title, from + before.length + link.length - 2);
  field.dispatchEvent(new Event("input", {bubbles: true}));
}
