/*
 * What a reader can do with an own message that is not sent yet: new Choices(messenger). Buttons stand in its bubble; their
 * words are data-retry, data-without, data-anyway, data-edit, data-copy, data-save and data-discard of the conversation.
 */

export class Choices {
  constructor(messenger) {
    this.messenger = messenger;
  }

  offer(message, roles) {
    this.messenger.bubbles.setChoices(message.key, roles.map((role) => this.button(role, message.key)));
  }

  offerRefused(message) {
    const hasRefused = message.uploads.some(({isRefused}) => isRefused);
    this.offer(message, [
      message.isHeld ? "anyway" : hasRefused ? "without" : "retry",
      ...(this.messenger.field ? ["edit"] : []),
      ...(message.text && navigator.clipboard ? ["copy"] : []),
      ...(message.uploads.length ? ["save"] : []),
      "discard",
    ]);
  }

  button(role, key) {
    const button = document.createElement("button");
    Object.assign(button, {type: "button", className: "button button--quiet button--sm"});
    button.textContent = this.messenger.element.dataset[role];
    Object.assign(button.dataset, {choice: role, for: key});
    return button;
  }

  choose(button, message) {
    const role = button.dataset.choice;
    if (role === "discard") this.discard(message);
    else if (role === "edit") this.edit(message);
    else if (role === "save") this.messenger.files.save(message);
    else if (role === "copy") this.copy(button, message);
    else if (role === "anyway") this.messenger.guard.release();
    else this.sendAgain(message, message.uploads.filter(({isRefused}) => !isRefused));
  }

  async copy(button, {text}) {
    await navigator.clipboard.writeText(text);
    button.textContent = this.messenger.element.dataset.copied;
  }

  sendAgain(message, uploads) {
    const {bubbles, files, form, outbox} = this.messenger;
    if (!message.text && !uploads.length) return void this.discard(message);
    files.cancel(message.uploads.filter((each) => !uploads.includes(each)));
    /* A person who sends it again has seen who can read it now. */
    const audience = form?.elements.audience.value ?? message.audience;
    outbox.change(message.key, {refusal: "", isHeld: false, audience, uploads});
    bubbles.showFiles(message.key, uploads);
    files.showPictures({...message, uploads});
    this.messenger.flush();
  }

  discard(message) {
    this.drop(message);
    this.messenger.files.cancel(message.uploads);
  }

  /* Back into the form, above what has been begun there meanwhile. */
  edit(message) {
    const {field, form} = this.messenger;
    this.drop(message);
    field.value = [message.text, field.value].filter(Boolean).join("\n\n");
    field.dispatchEvent(new Event("input", {bubbles: true}));
    form.dispatchEvent(new CustomEvent("uploads:returned", {detail: message.uploads}));
    if (message.reply) form.dispatchEvent(new CustomEvent("reply:returned", {bubbles: true, detail: message.reply}));
    field.focus();
  }

  drop({key}) {
    this.messenger.outbox.remove(key);
    this.messenger.form?.dispatchEvent(new CustomEvent("text:dropped", {detail: key}));
    this.messenger.bubbles.remove(key);
  }
}
