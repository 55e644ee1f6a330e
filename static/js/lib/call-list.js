/*
 * Proposes something for a word that a sign begins in a text area: new CallList(element, {pattern, isWanted, textOf}).listen()
 * for <span data-url="…" data-label="…" hidden> in the form whose text area is "text". `pattern` ends at the caret; its
 * group is what was typed behind the sign. `textOf(option)` takes the place of that, and with `eatsSign` of the sign, too.
 */
import {parse} from "./content.js";
import {listen} from "./listen.js";
import {get} from "./request.js";

const PAUSE = 150; /* Milliseconds. */

export class CallList {
  active = -1;
  asked = 0;
  timer = 0;

  constructor({dataset, parentElement}, options) {
    Object.assign(this, {isWanted: () => true, asksAtOnce: false, eatsSign: false, ...options});
    this.url = dataset.url;
    this.form = parentElement.closest("form");
    this.field = this.form.elements.text;
    this.list = Object.assign(document.createElement("ul"), {
      className: "suggest__popup suggest__options call-list",
      id: `${this.field.id}_${this.name}`,
      hidden: true,
    });
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", dataset.label);
    this.field.setAttribute("aria-autocomplete", "list");
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

  /* What was typed behind the sign; null where there is no sign. */
  get call() {
    return this.pattern.exec(this.field.value.slice(0, this.field.selectionEnd))?.[1] ?? null;
  }

  onText() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  async ask() {
    const words = this.call?.trim() ?? null;
    const number = ++this.asked;
    if (words === null || (!words && !this.asksAtOnce) || !this.isWanted(this.form)) return void this.close();
    const options = await this.fetchFor(words);
    /* An older answer may come later than a newer one. */
    if (number === this.asked && document.activeElement === this.field) this.show(options);
  }

  async fetchFor(words) {
    try {
      const response = await get(`${this.url}?${new URLSearchParams({q: words})}`);
      return response.ok ? [...parse(await response.text()).querySelectorAll("[role=option]")] : [];
    } catch {
      /* Without a connection it is typed out. */
      return [];
    }
  }

  show(options) {
    options.forEach((option, place) => { option.id = `${this.list.id}_${place}`; });
    this.list.replaceChildren(...options);
    this.list.hidden = !options.length;
    this.active = -1;
    if (!options.length) return void this.field.removeAttribute("aria-activedescendant");
    this.field.setAttribute("aria-controls", this.list.id);
    this.move(1);
  }

  move(step) {
    const {children} = this.list;
    this.active = (this.active + step + children.length) % children.length;
    [...children].forEach((each, place) => each.setAttribute("aria-selected", String(place === this.active)));
    this.field.setAttribute("aria-activedescendant", children[this.active].id);
    children[this.active].scrollIntoView({block: "nearest"});
  }

  onKey(event) {
    if (event.target !== this.field || this.list.hidden || event.isComposing) return;
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
    const start = end - (this.call ?? "").length - (this.eatsSign ? 1 : 0);
    this.field.setRangeText(this.textOf(option), start, end, "end");
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
