/*
 * Keeps on the server what is typed into a form, for its writer only: <form data-behaviour="keep-text" data-unsent-url="…"
 * data-ticket="5" data-person="7" data-purpose="message">, with data-has-unsent where something is kept there. Nothing
 * is asked, and nothing is said when it fails: the browser keeps the text as well. Of two texts, of two devices for
 * example, the newest stands in an empty field, and the others above the form, to be taken or discarded.
 */
import {newKey} from "../lib/keys.js";
import {listen} from "../lib/listen.js";
import {Outbox} from "../lib/outbox.js";
import {get, postHeaders} from "../lib/request.js";
import {mayBeRefilled} from "../lib/unsent.js";

const PAUSE = 800;

export function connect(form) {
  /* A rating has no field once it has a comment. */
  if (!(form.elements.text ?? form.elements.comment)) return null;
  const kept = new KeptText(form);
  kept.start();
  const silence = listen(
    [form, "input", () => kept.saveSoon()],
    [form, "change", () => kept.saveSoon()],
    /* A request that is on its way when its form leaves would come after it. */
    [form, "submit", (event) => setTimeout(() => { kept.isLeaving = !event.defaultPrevented; })],
    [form, "uploads:taken", () => kept.renew()],
    [form, "text:dropped", ({detail}) => kept.discard(detail)],
    [document, "visibilitychange", () => { if (document.hidden) kept.save(); }],
    [window, "pagehide", () => kept.save({isLast: true})],
    /* What Back shows as it was left may have been sent. */
    [window, "pageshow", (event) => { kept.isLeaving = false; if (event.persisted) kept.renew(); }],
  );
  return () => { silence(); kept.stop(); };
}

class KeptText {
  constructor(form) {
    const {person, ticket, purpose, unsentUrl} = form.dataset;
    Object.assign(this, {form, field: form.elements.text ?? form.elements.comment, url: unsentUrl, purpose, page: newKey()});
    this.writer = person || "guest";
    /* Nobody is somebody by looking, and the server keeps nothing of nobody. */
    this.isKnown = Boolean(person);
    this.name = `kept-text.${this.writer}.${ticket}.${purpose}`;
    this.outbox = new Outbox(`${this.writer}.${ticket}`);
    this.begin(mayBeRefilled() ? newKey() : form.elements.client_key.value);
  }

  async start() {
    if ("hasUnsent" in this.form.dataset || this.memory) await this.read();
    if (this.field.value) this.saveSoon();
  }

  stop() {
    clearTimeout(this.timer);
    this.others?.remove();
  }

  /* A text under a key of its own; `version` is that of the row which the server has. */
  begin(key, {version = 0, text = "", box = ""} = {}) {
    Object.assign(this, {key, version, base: version, saved: text, savedBox: box});
    this.form.elements.client_key.value = this.form.dataset.key = key;
  }

  /* The text has left the form. */
  renew() {
    clearTimeout(this.timer);
    this.reading = null;
    this.isKnown = true;
    this.memory = null;
    this.begin(newKey());
  }

  get box() {
    return this.form.querySelector("[data-mode=internal]")?.checked ? "internal" : this.purpose;
  }

  get text() {
    return this.field.value.trim();
  }

  /* Which text of the server this browser had last: whether it was sent elsewhere shows by that. */
  get memory() {
    try {
      return JSON.parse(localStorage.getItem(this.name));
    } catch {
      return null;
    }
  }

  set memory(kept) {
    try {
      if (kept) localStorage.setItem(this.name, JSON.stringify(kept));
      else localStorage.removeItem(this.name);
    } catch {
      /* Without storage a text that was sent elsewhere is shown once more. */
    }
  }

  /* Reading -------------------------------------------------------------------------------------------------------- */

  async read() {
    const reading = this.reading = {};
    const texts = await this.texts();
    /* Without a connection, or when the form was sent meanwhile. */
    if (!texts || this.reading !== reading) return;
    const {memory} = this;
    const had = memory && texts.find(({dataset}) => dataset.key === memory.key);
    /* What messenger.js is about to put into the field counts as well. */
    const typed = this.text || (this.isMessenger ? this.outbox.draft.trim() : "");
    const isUntouched = !typed || typed === memory?.text;
    if (isUntouched && texts.length) this.take(texts[0]);
    else if (isUntouched && memory && typed) this.empty();
    else if (had && Number(had.dataset.version) === memory.version) this.follow(had);
    if (memory && !had) this.memory = null;
    this.show(texts);
  }

  /* Those for this form, the newest first; null without a connection. Messages that wait are shown as such. */
  async texts() {
    const response = await get(this.url).catch(() => null);
    this.outbox.read();
    if (!response?.ok) return null;
    const holder = document.createElement("template");
    holder.innerHTML = await response.text();
    const boxes = this.form.querySelector("[data-mode=internal]") ? ["message", "internal"] : [this.purpose];
    const isWaiting = (key) => this.isMessenger && this.outbox.find(key);
    return [...holder.content.children].filter(({dataset}) => boxes.includes(dataset.box) && !isWaiting(dataset.key));
  }

  get isMessenger() {
    return this.form.hasAttribute("data-composer");
  }

  take(element) {
    this.follow(element);
    const mode = this.form.querySelector(`[data-mode=${element.dataset.box}]`);
    if (mode && !mode.checked) mode.click();
    this.fill(textOf(element));
  }

  follow(element) {
    const {key, version, box} = element.dataset;
    this.begin(key, {version: Number(version), text: textOf(element), box});
    this.memory = {key, version: Number(version), text: textOf(element)};
  }

  /* It was sent or discarded elsewhere. */
  empty() {
    this.fill("");
    this.memory = null;
  }

  fill(text) {
    this.field.value = text;
    if (text) this.field.closest("details")?.setAttribute("open", "");
    this.field.dispatchEvent(new Event("input", {bubbles: true}));
  }

  show(texts) {
    this.others?.remove();
    const others = texts.filter((each) => each.dataset.key !== this.key && textOf(each) !== this.text);
    if (!others.length) return;
    this.others = document.createElement("div");
    this.others.className = "other-texts";
    this.others.append(...others);
    this.form.before(this.others);
    listen([this.others, "click", ({target}) => this.choose(target)]);
  }

  async choose(target) {
    const element = target.closest("[data-key]");
    if (target.closest("[data-does=discard]")) return void this.discard(element.dataset.key, element);
    if (!target.closest("[data-does=take]")) return;
    /* What stood in the field stands with the others from now on. */
    await this.save();
    this.take(element);
    this.field.focus();
    const texts = await this.texts();
    if (texts) this.show(texts);
  }

  async discard(key, element) {
    element?.remove();
    if (!this.others?.children.length) this.others?.remove();
    await fetch(`${this.url}?key=${key}`, this.request("DELETE")).catch(() => null);
  }

  /* Keeping -------------------------------------------------------------------------------------------------------- */

  saveSoon() {
    this.isLeaving = false;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), PAUSE);
  }

  get isSaved() {
    return this.text === this.saved && (!this.text || this.box === this.savedBox);
  }

  async save({isLast = false} = {}) {
    clearTimeout(this.timer);
    if (!this.isKnown || this.isLeaving || this.isSaved || this.isSaving && !isLast) return;
    this.isSaving = true;
    const {key, box, text} = this;
    const version = this.version += 1;
    const body = new URLSearchParams({key, box, text, page: this.page, version, base: this.base});
    const response = await fetch(this.url, {...this.request("PUT"), body}).catch(() => null);
    this.isSaving = false;
    /* It may have been sent meanwhile. */
    if (response?.status !== 200 || key !== this.key) return;
    const known = (await response.json()).key;
    this.begin(known, {version, text, box});
    this.memory = text ? {key: known, version, text} : null;
    if (known !== key) this.show(await this.texts() ?? []);
    if (!this.isSaved) this.saveSoon();
  }

  request(method) {
    return {method, headers: postHeaders(), credentials: "same-origin", keepalive: true};
  }
}

function textOf(element) {
  return element.querySelector("[data-text]").textContent.trim();
}
