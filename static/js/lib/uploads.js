/* The files of a form that are on their way or arrived: uploadsOf(form). uploads.js fills it, messenger.js sends it. */

const known = new WeakMap();

export class Uploads {
  items = [];

  get isPending() {
    return this.items.some((item) => item.state === "uploading");
  }

  /* Refused, or without a connection: neither goes away by waiting a moment. */
  get hasFailed() {
    return this.items.some((item) => item.state === "failed" || item.state === "waiting");
  }

  get arrived() {
    return this.items.filter((item) => item.state === "done");
  }

  /* Resolves when nothing is on its way any more. */
  async settled() {
    while (this.isPending) {
      await Promise.all(this.items.filter((item) => item.state === "uploading").map((item) => item.finished));
    }
  }
}

export function uploadsOf(form) {
  if (!known.has(form)) known.set(form, new Uploads());
  return known.get(form);
}
