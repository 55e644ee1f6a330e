/*
 * The files of a form that are being uploaded or have arrived: uploadsOf(form). uploads.js adds them, messenger.js sends them,
 * and has uploads.js bring the files of messages that wait: `await courier`.
 */

const known = new WeakMap();
let offer;

/* {bring, fileOf, forget, cancel}, as lib/courier.js has them. Needed on some pages only, and so not imported by others. */
export const courier = new Promise((resolve) => { offer = resolve; });

export function offerCourier(offered) {
  offer(offered);
}

export class Uploads {
  items = [];
  /* uploads.js replaces them. `record` returns the Recording of a place in the form, or null. */
  tellWhatFailed = () => {};
  record = () => null;

  /* Includes files that wait for a connection: they go on by themselves. */
  get isPending() {
    return this.pending.length > 0;
  }

  get pending() {
    return this.items.filter(isPending);
  }

  get isCutOff() {
    return this.items.some((item) => item.state === "waiting");
  }

  /* Refused files, for which waiting is no help. */
  get hasFailed() {
    return this.failed.length > 0;
  }

  get failed() {
    return this.items.filter((item) => item.state === "failed");
  }

  get arrived() {
    return this.items.filter((item) => item.state === "done");
  }

  /* Whether all would go on, or be there, after a reload. */
  async areSafe() {
    await Promise.all(this.items.map((item) => item.upload?.stored));
    return this.items.every((item) => item.state === "done" || item.upload?.isKept);
  }

  /* Resolves when no file is being uploaded any more. */
  async settled() {
    while (this.isPending) await Promise.all(this.pending.map((item) => item.finished));
  }

  sort() {
    this.items.sort((one, other) => one.position - other.position);
    this.items.forEach((item) => item.list.append(item.row.element));
  }
}

function isPending(item) {
  return item.state === "uploading" || item.state === "waiting";
}

/* Its file inputs with files that uploads.js has not taken. */
export function filledInputs(form) {
  return [...form.querySelectorAll("input[type=file]")].filter((input) => input.files.length);
}

export function uploadsOf(form) {
  if (!known.has(form)) known.set(form, new Uploads());
  return known.get(form);
}
