/*
 * Proposes colleagues behind an @ in an internal update: <span data-behaviour="mentions" data-url="…" hidden> in the form
 * whose text area is "text". Without it the name is typed out.
 */
import {parse} from "../lib/content.js";
import {listen} from "../lib/listen.js";
import {get} from "../lib/request.js";

const PAUSE = 150; /* Milliseconds. */
/* An @ that begins a word, and the name up to the caret. */
const CALL = /(?:^|\s)@([\p{L}\p{M}][\p{L}\p{M}.'’ -]{0,60})$/u;

export function connect(element) {
  return new Mentions(element).listen();
}

class Mentions {
  active = -1;
  asked = 0;
  timer = 0;

  constructor({dataset, parentElement}) {
    this.url = dataset.url;
    this.form = parentElement.closest("form");
    this.field = this.form.elements.text;
    this.list = Object.assign(document.createElement("ul"), {
      className: "suggest__popup suggest__options mentions",
      id: `${this.field.id}_colleagues`,
      hidden: true,
    });
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", dataset.label);
    this.field.setAttribute("aria-autocomplete", "list");
    this.field.setAttribute("aria-controls", this.list.id);
    this.field.after(this.list);
  }

  listen() {
    const stop = listen(
      [this.field, "input", () => this.onText()],
      /* Before other behaviours send or mark by these keys. */
      [this.form, "keydown", (event) => this.onKey(event), {capture: true}],
      [this.field, "blur", () => this.close()],
      [this.list, "mousedown", (event) => event.preventDefault()],
      [this.list, "click", (event) => this.choose(event.target.closest("[role=option]"))],
    );
    /* Typed before this was loaded. */
    if (document.activeElement === this.field) this.onText();
    return () => { clearTimeout(this.timer); stop(); this.list.remove(); };
  }

  /* What only employees read: where both can be written, the other one is a message. */
  get isInternal() {
    const mode = this.form.querySelector("[data-mode]:checked");
    return !mode || mode.value === "internal";
  }

  get call() {
    return CALL.exec(this.field.value.slice(0, this.field.selectionEnd))?.[1] ?? "";
  }

  onText() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  async ask() {
    const words = this.call.trim();
    const number = ++this.asked;
    if (!words || !this.isInternal) return void this.close();
    const options = await this.fetchFor(words);
    /* An older answer may come later than a newer one. */
    if (number === this.asked && document.activeElement === this.field) this.show(options);
  }

  async fetchFor(words) {
    try {
      const response = await get(`${this.url}?${new URLSearchParams({q: words})}`);
      return response.ok ? [...parse(await response.text()).querySelectorAll("[role=option]")] : [];
    } catch {
      /* Without a connection the name is typed out. */
      return [];
    }
  }

  show(options) {
    options.forEach((option, place) => { option.id = `${this.list.id}_${place}`; });
    this.list.replaceChildren(...options);
    this.list.hidden = !options.length;
    this.active = -1;
    if (options.length) this.move(1);
    else this.field.removeAttribute("aria-activedescendant");
  }

  move(step) {
    const {children} = this.list;
    this.active = (this.active + step + children.length) % children.length;
    [...children].forEach((each, place) => each.setAttribute("aria-selected", String(place === this.active)));
    this.field.setAttribute("aria-activedescendant", children[this.active].id);
    children[this.active].scrollIntoView({block: "nearest"});
  }

  onKey(event) {
    if (event.target !== this.field || this.list.hidden) return;
    const steps = {ArrowDown: 1, ArrowUp: -1};
    if (event.key in steps) this.move(steps[event.key]);
    else if (event.key === "Enter" || event.key === "Tab") this.choose(this.list.children[this.active]);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  choose(option) {
    if (!option) return;
    const end = this.field.selectionEnd;
    this.field.setRangeText(`${option.dataset.label} `, end - this.call.length, end, "end");
    this.close();
    this.field.focus();
    this.field.dispatchEvent(new Event("input", {bubbles: true}));
  }

  close() {
    this.asked += 1;
    clearTimeout(this.timer);
    this.list.hidden = true;
    this.field.removeAttribute("aria-activedescendant");
  }
}
