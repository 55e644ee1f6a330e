/*
 * The conversation of a ticket: <div class="chat__scroll" data-behaviour="messenger" data-url="…" data-composer-url="…"
 * data-ticket="5" data-person="7" data-topics="…" data-numbers="…" data-retry="…" data-discard="…" data-newest="…">, with the composer
 * <form data-composer> anywhere on the page. A message is shown at once, is sent when there is a connection, in order,
 * and is kept in the browser until the server has it. Each has a key, so that sending it twice is harmless.
 * It shows a part of a long conversation: links in [data-more] load the messages before and after. While there are later
 * ones to load, new ones are not added, because they would stand behind a gap.
 */
import {Bubbles} from "../lib/bubbles.js";
import {Choices} from "../lib/choices.js";
import {Guard} from "../lib/guard.js";
import {keepAboveKeyboard} from "../lib/keyboard.js";
import {newKey} from "../lib/keys.js";
import {follow} from "../lib/live.js";
import {listen} from "../lib/listen.js";
import {Outbox} from "../lib/outbox.js";
import {get, post, refusalOf} from "../lib/request.js";
import {keepAtEnd} from "../lib/scroller.js";
import {toast} from "../lib/toast.js";
import {filledInputs, uploadsOf} from "../lib/uploads.js";
import {WaitingFiles} from "../lib/waiting-files.js";

const LONGEST_WAIT = 60_000;
/* Kinds of entries that bring a message, or an internal update between messages. */
const MESSAGES = ["message_sent", "not_fixed", "danger_reported", "works_again", "internal_update_posted"];
/* Kinds of entries that change one. */
const CHANGES = ["message_edited", "message_taken_back", "internal_message_edited", "internal_message_taken_back"];
/* Higher than all numbers of messages. */
const BEHIND_ALL = 2 ** 31 - 1;
const SAID_LATER = 400;

export function connect(element) {
  const messenger = new Messenger(element);
  return messenger.start();
}

class Messenger {
  constructor(element) {
    this.element = element;
    this.bubbles = new Bubbles(element);
    this.outbox = new Outbox(`${element.dataset.person || "guest"}.${element.dataset.ticket}`);
    this.files = new WaitingFiles(element, this.outbox, this.bubbles);
    this.choices = new Choices(this);
    this.guard = new Guard(this);
    this.scroller = keepAtEnd(element, wordsOf(element.dataset));
    this.last = this.bubbles.last;
    /* The number of the journal up to which the page shows what was edited or taken back. */
    this.changed = parseInt(element.dataset.numbers, 10) || 0;
    this.shown = {};
    this.failures = 0;
    this.attempts = 0;
  }

  start() {
    this.outbox.queue.forEach((message) => this.resume(message));
    this.keepTyped();
    this.restoreDraft();
    /* Elements with data-first are above the conversation and more important: a request to rate, or the end. */
    if (document.querySelector("[data-first]")) this.scroller.rest();
    else this.scroller.toEnd();
    this.showTarget();
    this.flush();
    const unfollow = follow(this.element.dataset.topics, (hint) => this.hear(hint), this.element.dataset.numbers);
    const letGo = keepAboveKeyboard();
    const silence = listen(
      [document, "submit", (event) => this.onSubmit(event), {capture: true}],
      [document, "keydown", (event) => this.onKey(event)],
      [document, "input", (event) => this.onInput(event)],
      [this.element, "click", (event) => this.onClick(event)],
      [this.element, "messenger:changed", () => this.fetchNew()],
      [window, "online", () => this.flush()],
      [document, "conversation:changed", () => this.fetchNew()],
    );
    return () => { unfollow(); silence(); letGo(); this.scroller.stop(); [this.timer, this.draftTimer, this.fetchTimer].forEach(clearTimeout); };
  }

  get form() {
    return document.querySelector("form[data-composer]");
  }

  get field() {
    return this.form?.elements.text ?? null;
  }

  get isInternal() {
    return this.form?.querySelector("[data-mode=internal]")?.checked ?? false;
  }

  /* Receiving ------------------------------------------------------------------------------------------------------ */

  hear(hint) {
    if (hint.kind === "revoked") return void location.reload();
    if (this.isNext(hint)) this.takeNew(hint.markup);
    else if (hint.kind === "again" || MESSAGES.includes(hint.event) || CHANGES.includes(hint.event)) this.fetchNew();
    if (hint.kind !== "hint") this.flush();
    else if (hint.event !== "message_sent") this.renewComposer();
  }

  /* Whether it brings the bubble that stands next to the last one, while nothing else is on its way. */
  isNext({markup, after, changed}) {
    const isAtRest = !this.isFetching && !this.isSending && this.bubbles.more("later") === null;
    return Boolean(markup) && isAtRest && after === this.last && changed <= this.changed;
  }

  async fetchNew() {
    if (this.isFetching) { this.isStale = true; return; }
    this.isFetching = true;
    do {
      this.isStale = false;
      const isBehind = this.bubbles.more("later") !== null;
      const query = `?after=${isBehind ? BEHIND_ALL : this.last}&changed=${this.changed}`;
      const response = await get(this.element.dataset.url + query, this.shown).catch(() => null);
      if (!response || response.status >= 500) this.fetchLater();
      if (!response?.ok) continue;
      this.failures = 0;
      /* A response holds a part of what is new, if that is much. */
      this.isStale = this.takeNew(await response.text()) || this.isStale;
      /* The server draws nothing for who has everything up to this number. */
      this.shown = this.isStale || isBehind ? {} : {"If-None-Match": response.headers.get("ETag")};
    } while (this.isStale);
    this.isFetching = false;
  }

  /* No other hint may come for long. */
  fetchLater() {
    clearTimeout(this.fetchTimer);
    this.fetchTimer = setTimeout(() => this.fetchNew(), Math.min(LONGEST_WAIT, 2_000 * 2 ** this.failures++));
  }

  takeNew(markup) {
    const wasAtEnd = this.scroller.isAtEnd;
    this.guard.comes(wasAtEnd);
    const {added, last, more, changed} = this.bubbles.take(markup);
    this.changed = Math.max(this.changed, changed);
    /* Not the highest number in the list: the bubble of a sent message may be ahead of others that are missing. */
    this.last = Math.max(this.last, last);
    if (wasAtEnd) this.scroller.toEnd();
    else if (added) this.scroller.offer(added);
    return more;
  }

  /* The message that the address names. */
  showTarget() {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    if (!target || !this.element.contains(target)) return;
    target.scrollIntoView({block: "center"});
    this.scroller.rest();
  }

  async showMore(link) {
    const place = link.closest("[data-more]");
    if (link.hasAttribute("aria-busy")) return;
    link.setAttribute("aria-busy", "true");
    const response = await get(this.element.dataset.url + new URL(link.href).search).catch(() => null);
    link.removeAttribute("aria-busy");
    /* Without a connection the link stays, to be tried again. */
    if (!response) return;
    if (!response.ok) return void location.assign(link.href);
    const markup = await response.text();
    if (place.dataset.more === "earlier") this.addEarlier(place, markup);
    else this.addLater(place, markup);
  }

  addEarlier(place, markup) {
    const {list} = this.bubbles;
    const hadFocus = place.contains(document.activeElement);
    /* What is added above was there before: it is no news to be read out. */
    list.setAttribute("aria-live", "off");
    this.scroller.hold(list.querySelector(".bubble"), () => renew(place, this.bubbles.takeEarlier(markup)));
    setTimeout(() => list.setAttribute("aria-live", "polite"), SAID_LATER);
    if (hadFocus) (this.bubbles.more("earlier")?.querySelector("a") ?? list).focus({preventScroll: true});
  }

  addLater(place, markup) {
    this.scroller.rest();
    const {last, more} = this.bubbles.take(markup);
    this.last = Math.max(this.last, last);
    renew(place, more);
    this.fetchNew();
  }

  /* What may be written, and who reads it, can change while the page is open. */
  async renewComposer() {
    const response = await get(this.element.dataset.composerUrl).catch(() => null);
    const place = document.querySelector("[data-composer-place]");
    if (!response?.ok || !place) return;
    const holder = document.createElement("template");
    holder.innerHTML = await response.text();
    const fresh = holder.content.querySelector("[data-composer-place]");
    if (!fresh || fresh.dataset.look === place.dataset.look) return;
    if (this.field) this.keepDraft();
    place.replaceWith(fresh);
    this.restoreDraft();
  }

  /* Writing -------------------------------------------------------------------------------------------------------- */

  /* What was typed before this was loaded. The text of a form that is being sent is no draft any more. */
  keepTyped() {
    const isLeaving = this.form?.hasAttribute("aria-busy");
    if (this.field?.value && !this.outbox.draft && !isLeaving) this.keepDraft();
  }

  keepDraft() {
    this.outbox.setDraft(this.field.value, this.isInternal);
  }

  restoreDraft() {
    if (!this.field || this.field.value || !this.outbox.draft) return;
    const internal = this.form.querySelector("[data-mode=internal]");
    if (this.outbox.isInternal) {
      /* What was written for colleagues waits until it can be theirs again. */
      if (!internal) return;
      internal.checked = true;
      internal.dispatchEvent(new Event("change", {bubbles: true}));
    }
    this.field.value = this.outbox.draft;
    this.field.dispatchEvent(new Event("input", {bubbles: true}));
  }

  onInput(event) {
    if (!this.field || event.target.form !== this.form) return;
    clearTimeout(this.draftTimer);
    this.draftTimer = setTimeout(() => this.field && this.keepDraft(), SAID_LATER);
  }

  /* Enter sends where there is a keyboard; on a phone it is the only way to start a new line. */
  onKey(event) {
    if (event.target !== this.field || event.key !== "Enter" || event.isComposing || event.shiftKey) return;
    if (!event.ctrlKey && !event.metaKey && window.matchMedia("(pointer: coarse)").matches) return;
    event.preventDefault();
    this.form.requestSubmit(this.form.querySelector(`[data-sends=${this.isInternal ? "internal" : "message"}]`));
  }

  onSubmit(event) {
    if (event.target !== this.form) return;
    this.guard.mark(this.form);
    /* An internal update is no message: its own button sends it to its own address. */
    if (event.submitter?.dataset.sends === "internal") return void this.leaveToBrowser();
    if (this.isInternal) return void event.preventDefault();
    if (filledInputs(this.form).length) return void this.leaveToBrowser();
    event.preventDefault();
    this.write(event.target);
  }

  /* Where uploads.js has not been loaded, only the plain form sends files; keep-unsent.js keeps its text until then. */
  leaveToBrowser() {
    clearTimeout(this.draftTimer);
    this.outbox.setDraft("");
  }

  async write(form) {
    const uploads = uploadsOf(form);
    if (form.hasAttribute("aria-busy")) return;
    if (!uploads.hasFailed) {
      form.setAttribute("aria-busy", "true");
      await this.untilSafe(form, uploads);
      form.removeAttribute("aria-busy");
    }
    if (uploads.hasFailed) return void uploads.tellWhatFailed();
    /* Its writer has made it a note for colleagues meanwhile, or it still waits for a connection. */
    if (this.isInternal || uploads.isPending && !(await uploads.areSafe())) return;
    const text = form.elements.text.value.trim();
    const files = uploads.items.map(fileOf);
    const audience = form.elements.audience.value;
    const reply = form.elements.reply_to?.value;
    const key = form.dataset.key || newKey();
    if (text || files.length) this.queue({key, text, uploads: files, audience, reply, seen: this.attempts ? null : this.guard.seen}, form);
    form.elements.text.focus();
  }

  /* Where the browser keeps no files, they have to be on the server before their message waits. */
  async untilSafe(form, uploads) {
    if (await uploads.areSafe()) return;
    if (uploads.isCutOff) toast({text: form.querySelector("[data-uploads]").dataset.wait, level: "warning"});
    else await uploads.settled();
  }

  queue(message, form) {
    clearTimeout(this.draftTimer);
    this.outbox.add(message);
    this.show(message);
    form.reset();
    form.elements.text.value = "";
    form.dispatchEvent(new CustomEvent("uploads:taken"));
    this.scroller.toEnd();
    this.flush();
  }

  /* The server may have a message whose response was lost when the page was left: then the page shows it already. */
  resume(message) {
    if (this.bubbles.byKey(message.key)) this.settle(message);
    else this.show(this.guard.ask(message));
  }

  /* It is with the server, or nobody wants it any more. */
  settle(message) {
    this.outbox.remove(message.key);
    this.files.forget(message);
  }

  show(message) {
    this.bubbles.addPending(message);
    this.files.showPictures(message);
    if (message.refusal) this.refuse(message, message.refusal);
  }

  /* Sending -------------------------------------------------------------------------------------------------------- */

  async flush() {
    if (this.isSending) return;
    this.isSending = true;
    clearTimeout(this.timer);
    const isSent = await this.outbox.alone(() => this.sendAll());
    this.isSending = false;
    if (!isSent) this.timer = setTimeout(() => this.flush(), Math.min(LONGEST_WAIT, 2_000 * 2 ** this.attempts++));
  }

  /* Returns whether nothing waits any more. */
  async sendAll() {
    let message = this.outbox.next;
    while (message && await this.send(message)) message = this.outbox.next;
    return !message;
  }

  /* Returns false where the connection or the server failed, and the same message has to be sent again. */
  async send(message) {
    this.bubbles.setState(message.key, "sending");
    /* A film takes long, and can be taken back until it is there. */
    this.choices.offer(message, this.files.missingOf(message).length ? ["discard"] : []);
    if (!(await this.files.bring(message, (sentence) => this.wait(message, sentence)))) return false;
    /* It may have been discarded while its files travelled, or one of them was refused. */
    const whole = this.outbox.find(message.key);
    if (whole?.refusal) this.refuse(whole, whole.refusal);
    return !whole || Boolean(whole.refusal) || this.post(whole);
  }

  wait(message, reason = "") {
    this.guard.letPass();
    this.bubbles.setState(message.key, "failed", reason);
    return false;
  }

  async post(message) {
    const response = await post(`${this.element.dataset.url}send/`, bodyOf(message)).catch(() => null);
    if (!response || response.status >= 500) return this.wait(message);
    const refusal = response.ok ? null : await refusalOf(response);
    if (response.status === 429) return this.wait(message, refusal.message);
    this.attempts = 0;
    if (response.ok) await this.arrive(message, await response.text());
    else if (refusal.code === "unseen") this.guard.hold(message, refusal);
    else if (refusal.code !== "upload_gone" || !(await this.files.bringAgain(message))) {
      this.refuse(message, refusal.message || this.element.dataset.refused);
    }
    return true;
  }

  async arrive(message, markup) {
    this.settle(message);
    this.bubbles.take(markup);
    this.bubbles.byKey(message.key)?.classList.remove("bubble--sending");
    /* It is the newest message, and those before it are not all here. */
    if (this.bubbles.more("later") && !this.outbox.next) return void location.assign(this.element.dataset.newestUrl);
    this.scroller.toEnd();
    this.fetchNew();
  }

  refuse(message, reason) {
    this.outbox.change(message.key, {refusal: reason});
    this.bubbles.setState(message.key, "failed", reason);
    this.choices.offerRefused(message);
    this.renewComposer();
  }

  onClick(event) {
    const link = event.target.closest("[data-more] a");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      this.showMore(link);
    }
    const button = event.target.closest("[data-choice]");
    const message = button && this.outbox.find(button.dataset.for);
    if (message) this.choices.choose(button, message);
  }
}

function renew(place, fresh) {
  if (fresh) place.replaceWith(fresh);
  else place.remove();
}

function wordsOf({newest, unreadOne, unreadMany}) {
  return {newest, one: unreadOne, many: unreadMany};
}

function bodyOf(message) {
  const body = new FormData();
  body.append("client_key", message.key);
  body.append("text", message.text);
  body.append("audience", message.audience);
  body.append("seen", message.seen ?? "");
  if (message.reply) body.append("reply_to", message.reply);
  message.uploads.forEach((upload) => body.append("uploads", upload.id));
  message.uploads.forEach(({id, caption}) => caption !== undefined && body.append(`caption-${id}`, caption));
  return body;
}

/* What a message has of an item of the form. */
function fileOf({key, id, name, serverPreview, upload, row: {caption}}) {
  return {key, id, name, caption, preview: serverPreview ?? "", isPicture: /^image\/(?!svg)/.test(upload?.record.file.type ?? "")};
}
