/* The files of a form that are on their way or arrived: uploadsOf(form). uploads.js fills it, messenger.js sends it. */

const known = new WeakMap();

export class Uploads {
  items = [];

  /* Also those that wait for a connection: they go on by themselves. */
  get isPending() {
    return this.items.some(isPending);
  }

  get isCutOff() {
    return this.items.some((item) => item.state === "waiting");
  }

  /* Refused: does not go away by waiting. */
  get hasFailed() {
    return this.items.some((item) => item.state === "failed");
  }

  get arrived() {
    return this.items.filter((item) => item.state === "done");
  }

  /* Resolves when nothing is on its way any more. */
  async settled() {
    while (this.isPending) await Promise.all(this.items.filter(isPending).map((item) => item.finished));
  }
}

function isPending(item) {
  return item.state === "uploading" || item.state === "waiting";
}

export function uploadsOf(form) {
  if (!known.has(form)) known.set(form, new Uploads());
  return known.get(form);
}
