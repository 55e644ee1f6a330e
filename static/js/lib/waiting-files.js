/*
 * The files of messages that wait: new WaitingFiles(element, outbox, bubbles), where `element` is the conversation with its
 * texts and data-upload-url. uploads.js has the bytes; a message without files does not wait for it.
 */
import {courier} from "./uploads.js";

const SIGNED_OUT = 401;
const LATER = 60_000;
const NO_ID = "00000000-0000-0000-0000-000000000000";

export class WaitingFiles {
  constructor(element, outbox, bubbles) {
    Object.assign(this, {element, outbox, bubbles});
  }

  missingOf(message) {
    return message.uploads.filter(({id}) => !id);
  }

  /* Uploads what the server does not have. Returns false where the same has to be tried again, after telling why. Refused
     files become the refusal of their message. */
  async bring(message, tell) {
    const missing = this.missingOf(message);
    if (!missing.length) return true;
    const failures = await Promise.all(missing.map((file) => this.bringOne(message, file, tell)));
    const passing = failures.find((failure) => failure && isPassing(failure));
    if (passing) return tell(passing.status === SIGNED_OUT ? this.element.dataset.signedOut : passing.message);
    const words = missing.map((file, index) => this.refuse(message, file, failures[index])).filter(Boolean);
    if (words.length) this.outbox.change(message.key, {refusal: words.join(" ")});
    return true;
  }

  /* Returns the reason for the reader; a file that is refused for good does not come along the next time. */
  refuse(message, file, failure) {
    if (!failure) return "";
    this.changeFile(message, file, {isRefused: failure.isFinal});
    return failure.message || `${this.element.dataset.failed}: ${file.name}`;
  }

  /* Returns why it failed, or nothing. */
  async bringOne(message, file, tell) {
    const {uploadUrl, gone} = this.element.dataset;
    const onProgress = (share) => {
      this.bubbles.setState(message.key, "sending");
      this.bubbles.showShare(message.key, file.key, share);
    };
    const options = {address: uploadUrl, purpose: "message", position: message.uploads.indexOf(file), gone};
    try {
      const made = await (await courier).bring(file, {...options, ears: {onProgress, onWaiting: () => tell()}});
      this.changeFile(message, file, {id: made.id, preview: made.preview});
      return null;
    } catch (failure) {
      return failure;
    }
  }

  /* The server has removed what waited too long. Returns whether the browser still has it all. */
  async bringAgain(message) {
    if (message.isRepeated || !message.uploads.length) return false;
    const found = await Promise.all(message.uploads.map(async ({key}) => key && (await courier).fileOf(key)));
    if (!found.every(Boolean)) return false;
    const uploads = message.uploads.map((file) => ({...file, id: "", preview: ""}));
    this.outbox.change(message.key, {isRepeated: true, uploads});
    return true;
  }

  /* As the browser has them, because without a network the server shows none. */
  async showPictures(message) {
    for (const {key, preview} of message.uploads.filter((file) => file.isPicture)) {
      const file = await (await courier).fileOf(key);
      if (file || preview) this.bubbles.showPicture(message.key, key, file ? URL.createObjectURL(file) : preview);
    }
  }

  /* Into the folder where the browser puts what it loads. */
  async save(message) {
    for (const {key, id, name} of message.uploads) {
      const file = key && await (await courier).fileOf(key);
      const address = file ? URL.createObjectURL(file) : id && this.element.dataset.fileUrl.replace(NO_ID, id);
      if (!address) continue;
      const link = Object.assign(document.createElement("a"), {href: address, download: name});
      link.click();
      if (file) setTimeout(() => URL.revokeObjectURL(address), LATER);
    }
  }

  async forget(message) {
    if (message.uploads.length) (await courier).forget(keysOf(message.uploads));
  }

  /* They were not sent and will not be. */
  async cancel(uploads) {
    const arrived = uploads.filter(({id}) => id).map(({id}) => `${this.element.dataset.uploadUrl}${id}/`);
    if (uploads.length) (await courier).cancel(keysOf(uploads), arrived);
  }

  changeFile(message, file, fields) {
    Object.assign(file, fields);
    const kept = this.outbox.find(message.key)?.uploads ?? [];
    this.outbox.change(message.key, {uploads: kept.map((each) => (each.key === file.key ? {...each, ...fields} : each))});
  }
}

function keysOf(uploads) {
  return uploads.map(({key}) => key).filter(Boolean);
}

/* The same file may pass the next time. */
function isPassing({status, message}) {
  return status === SIGNED_OUT || (status === 429 && message);
}
