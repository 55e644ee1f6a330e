/*
 * A field that proposes while one types, after the ARIA pattern of a combobox: <div data-behaviour="suggest"
 * data-url="/office/suggest/person/"> as `field` in ui/forms.html draws it. The id of what was chosen is in the field
 * that is not shown; it is emptied as soon as the text is another one. Fires `change` there when it changes.
 */
import {listen} from "../lib/listen.js";
import {parse} from "../lib/content.js";
import {get, refusalOf} from "../lib/request.js";

const MIN_LENGTH = 3;
const PAUSE = 150; /* Milliseconds. */

export function connect(element) {
  const field = new Field(element);
  field.enhance();
  return field.listen();
}

class Field {
  active = -1;
  asked = 0;
  timer = 0;

  constructor(element) {
    this.element = element;
    this.text = element.querySelector("[data-text]");
    this.popup = element.querySelector("[data-popup]");
    this.options = element.querySelector("[data-options]");
    this.said = element.querySelector("[data-said]");
    this.status = element.querySelector("[data-status]");
    this.clearer = element.querySelector("[data-clear]");
    this.value = element.querySelector("[data-value-field]");
  }

  enhance() {
    const {text, element} = this;
    element.querySelector("[data-search]").hidden = true;
    this.takeListed();
    this.options.id = `${text.id}_options`;
    const roles = {role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.options.id};
    Object.entries(roles).forEach(([name, value]) => text.setAttribute(name, value));
    this.label = this.value.value ? text.value : null;
    this.showClearer();
    /* Typed before this was loaded. */
    if (document.activeElement === text && !this.value.value) this.ask();
  }

  /* What a page without scripts listed: one that was chosen meanwhile stays chosen. */
  takeListed() {
    const listed = this.element.querySelector("[data-listed]");
    if (!listed) return;
    const chosen = listed.querySelector("input[type=radio]:checked");
    this.value.disabled = false;
    if (chosen?.value) {
      this.value.value = chosen.value;
      this.text.value = chosen.dataset.label;
    }
    listed.remove();
  }

  listen() {
    const stop = listen(
      [this.text, "input", () => this.onText()],
      [this.text, "keydown", (event) => this.onKey(event)],
      [this.text, "blur", () => this.close()],
      [this.value, "input", (event) => { if (event.target.value) this.label = this.text.value; }],
      /* The field keeps the focus, so that a phone keeps its keyboard and the list stays open. */
      [this.popup, "mousedown", (event) => event.preventDefault()],
      [this.popup, "click", (event) => this.choose(event.target.closest("[role=option]"))],
      [this.clearer, "click", () => { this.clear(); this.text.focus(); }],
    );
    return () => { clearTimeout(this.timer); stop(); };
  }

  onText() {
    if (this.text.value !== this.label) this.setValue("");
    this.showClearer();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  onKey(event) {
    const steps = {ArrowDown: 1, ArrowUp: -1};
    if (event.key in steps && !event.altKey) {
      event.preventDefault();
      if (this.isOpen) this.move(steps[event.key]);
      else this.ask();
    } else if (event.key === "Enter" && this.isOpen && this.active >= 0) {
      event.preventDefault();
      this.choose(this.options.children[this.active]);
    } else if (event.key === "Escape" && (this.isOpen || this.text.value)) {
      /* The first one closes the list, the next one empties the field; a dialog around it stays open. */
      event.preventDefault();
      event.stopPropagation();
      if (this.isOpen) this.close();
      else this.clear();
    }
  }

  async ask() {
    const words = this.text.value.trim();
    const number = ++this.asked;
    if (words.length < MIN_LENGTH || this.value.value) return void this.close();
    const answer = await this.fetchFor(words);
    /* An older answer may come later than a newer one. */
    if (number !== this.asked || document.activeElement !== this.text) return;
    this.show(answer);
  }

  async fetchFor(words) {
    try {
      const response = await get(`${this.element.dataset.url}?${new URLSearchParams({q: words})}`);
      if (response.ok) return parse(await response.text());
      return said((await refusalOf(response)).message || this.element.dataset.failed);
    } catch {
      return said(this.element.dataset.failed);
    }
  }

  show(answer) {
    const options = [...answer.querySelectorAll("[role=option]")];
    options.forEach((option, place) => {
      option.id = `${this.text.id}_option_${place}`;
      option.setAttribute("aria-selected", "false");
    });
    const words = answer.querySelector("[data-said]")?.textContent.trim() ?? "";
    this.options.replaceChildren(...options);
    this.active = -1;
    this.said.textContent = words;
    this.status.textContent = words;
    if (!words) return void this.close();
    this.popup.hidden = false;
    this.text.setAttribute("aria-expanded", String(options.length > 0));
    if (options.length) this.move(1);
    this.popup.scrollIntoView({block: "nearest"});
  }

  get isOpen() {
    return !this.popup.hidden;
  }

  move(step) {
    const {children} = this.options;
    if (!children.length) return;
    children[this.active]?.setAttribute("aria-selected", "false");
    this.active = (this.active + step + children.length) % children.length;
    const option = children[this.active];
    option.setAttribute("aria-selected", "true");
    this.text.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({block: "nearest"});
  }

  choose(option) {
    if (!option) return;
    this.text.value = option.dataset.label;
    this.label = this.text.value;
    this.close();
    this.status.textContent = "";
    this.showClearer();
    this.setValue(option.dataset.value);
  }

  clear() {
    this.text.value = "";
    this.close();
    this.status.textContent = "";
    this.showClearer();
    this.setValue("");
  }

  setValue(value) {
    if (!value) this.label = null;
    if (this.value.value === value) return;
    this.value.value = value;
    this.value.dispatchEvent(new Event("input", {bubbles: true}));
    this.value.dispatchEvent(new Event("change", {bubbles: true}));
  }

  close() {
    this.asked += 1;
    clearTimeout(this.timer);
    this.popup.hidden = true;
    this.active = -1;
    this.text.setAttribute("aria-expanded", "false");
    this.text.removeAttribute("aria-activedescendant");
  }

  showClearer() {
    this.clearer.hidden = !this.text.value;
  }
}

function said(sentence) {
  const body = document.createElement("div");
  body.append(Object.assign(document.createElement("p"), {textContent: sentence}));
  body.firstChild.dataset.said = "";
  return body;
}
