/* The files of a form that are being uploaded or have arrived: uploadsOf(form). uploads.js adds them, messenger.js sends them. */

const known = new WeakMap();

export class Uploads {
  items = [];
  /* uploads.js replaces it where the tab remembers them. */
  keep = () => {};

  /* Includes files that wait for a connection: they go on by themselves. */
  get isPending() {
    return this.items.some(isPending);
  }

  get isCutOff() {
    return this.items.some((item) => item.state === "waiting");
  }

  /* Refused files, for which waiting is no help. */
  get hasFailed() {
    return this.items.some((item) => item.state === "failed");
  }

  get arrived() {
    return this.items.filter((item) => item.state === "done");
  }

  /* Resolves when no file is being uploaded any more. */
  async settled() {
    while (this.isPending) await Promise.all(this.items.filter(isPending).map((item) => item.finished));
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
