/*
 * The messages that are not sent yet, kept in the browser for one person and one ticket, so that neither a lost
 * connection nor a reload loses them: new Outbox("7.5").add({key, text, uploads, audience}). They are sent in order.
 * `uploads` are {key, name, caption, kind, id, preview}; where there is no id yet, kept-files.js has the bytes under the key.
 */
import {MESSAGES} from "./keys.js";

export class Outbox {
  constructor(name) {
    this.name = MESSAGES + name;
    this.draft = "";
    this.isInternal = false;
    this.queue = [];
    this.read();
  }

  /* `isInternal`: it is being written for colleagues, and must not come back as a message. */
  setDraft(text, isInternal = false) {
    this.update(() => Object.assign(this, {draft: text, isInternal}));
  }

  add(message) {
    this.update(() => { this.queue.push(message); Object.assign(this, {draft: "", isInternal: false}); });
  }

  change(key, fields) {
    this.update(() => Object.assign(this.find(key) ?? {}, fields));
  }

  remove(key) {
    this.update(() => { this.queue = this.queue.filter((message) => message.key !== key); });
  }

  find(key) {
    return this.queue.find((message) => message.key === key);
  }

  /* The next message to send, as another tab may have left it. A refused one waits for its writer and does not hold up the others. */
  get next() {
    this.read();
    return this.queue.find((message) => !message.refusal);
  }

  /* Sends when no other tab does, where the same messages wait; without Web Locks at once. */
  alone(send) {
    return navigator.locks ? navigator.locks.request(`send.${this.name}`, send) : send();
  }

  /* Reads before each change, because the same ticket may be open in another tab. */
  update(action) {
    this.read();
    action();
    this.write();
  }

  read() {
    if (this.isVolatile) return;
    try {
      Object.assign(this, {draft: "", isInternal: false, queue: []}, JSON.parse(localStorage.getItem(this.name)));
    } catch {
      /* Without storage the browser still sends; only a reload loses messages. */
    }
  }

  write() {
    try {
      const {draft, isInternal, queue} = this;
      if (draft || queue.length) localStorage.setItem(this.name, JSON.stringify({draft, isInternal, queue}));
      else localStorage.removeItem(this.name);
    } catch {
      /* As above, and on a full disk what is stored is not what is true. */
      this.isVolatile = true;
    }
  }
}
