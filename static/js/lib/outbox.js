/*
 * The messages that are not sent yet, kept in the browser for one person and one ticket, so that neither a lost
 * connection nor a reload loses them: new Outbox("7.5").add({key, text, uploads, audience}). They are sent in order.
 */

export class Outbox {
  constructor(name) {
    this.name = `messages.${name}`;
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

  /* The next message to send. A refused one waits for its writer and does not hold up the others. */
  get next() {
    return this.queue.find((message) => !message.refusal);
  }

  /* Reads before each change, because the same ticket may be open in another tab. */
  update(action) {
    this.read();
    action();
    this.write();
  }

  read() {
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
      /* As above. */
    }
  }
}

/* randomUUID exists on secure pages only, and a server in a workshop may not be one. */
export function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
