/*
 * The list of bubbles: those of the server in the order of their numbers, then those that are not sent yet, each once.
 * Bubbles carry data-number, own ones data-key as well; the markup comes from the server or from two <template>s.
 */

export class Bubbles {
  constructor(element) {
    this.element = element;
    this.list = element.querySelector(".conversation");
    this.empty = element.querySelector("[data-empty]");
    this.templates = {
      sending: element.querySelector("template[data-sending]"),
      failed: element.querySelector("template[data-failing]"),
    };
  }

  get last() {
    return Math.max(0, ...[...this.list.querySelectorAll("[data-number]")].map(numberOf));
  }

  /*
   * Adds the bubbles in the server's markup; returns how many were new, the highest number, and the link to later ones.
   * Those in [data-renewed] take the places of those that are here; `changed` is the highest number of their changes.
   */
  take(markup) {
    const holder = held(markup);
    const changed = this.renew(holder.content.querySelector("[data-renewed]"));
    const last = Math.max(0, ...[...holder.content.querySelectorAll("[data-number]")].map(numberOf));
    let added = 0;
    let separator = null;
    for (const node of [...holder.content.children]) {
      if (node.matches(".day-separator")) separator = node;
      else if (node.matches(".bubble") && this.put(node, separator)) [added, separator] = [added + 1, null];
    }
    this.tidy();
    return {added, last, changed, more: holder.content.querySelector("[data-more=later]")};
  }

  renew(place) {
    const bubbles = [...place?.querySelectorAll(".bubble") ?? []];
    place?.remove();
    for (const bubble of bubbles) {
      const shown = this.list.querySelector(`[data-number="${bubble.dataset.number}"]`);
      if (shown && shown.dataset.changed !== bubble.dataset.changed) shown.replaceWith(bubble);
      this.quoteAgain(bubble);
    }
    return Math.max(0, ...bubbles.map((bubble) => Number(bubble.dataset.changed)));
  }

  /* What its answers say of it. */
  quoteAgain(bubble) {
    const words = bubble.querySelector(".bubble__gone, .bubble__text")?.textContent.trim() ?? "";
    /* A message of files alone is quoted by a word of the server. */
    if (!words) return;
    this.list.querySelectorAll(`.bubble__quote[href$="#${bubble.id}"] span`).forEach((each) => { each.textContent = words; });
  }

  /* Puts the bubbles in the server's markup above all others; returns the link to still earlier ones. */
  takeEarlier(markup) {
    const {content} = held(markup);
    const more = content.querySelector("[data-more=earlier]");
    content.querySelectorAll("[data-more]").forEach((each) => each.remove());
    /* The day that was the first here may have begun among the earlier ones. */
    const first = this.list.querySelector(".day-separator");
    const last = [...content.querySelectorAll(".day-separator")].at(-1);
    if (first && first.textContent === last?.textContent) first.remove();
    this.list.prepend(content);
    return more;
  }

  /* The element with the link to "earlier" or "later" messages; null where the list has them all. */
  more(which) {
    return this.element.querySelector(`:scope > [data-more=${which}]`);
  }

  put(bubble, separator) {
    if (this.list.querySelector(`[data-number="${bubble.dataset.number}"]`)) return false;
    const mine = bubble.dataset.key ? this.byKey(bubble.dataset.key) : null;
    mine?.remove();
    const after = [...this.list.querySelectorAll(".bubble")].find((each) => !each.dataset.number || numberOf(each) > numberOf(bubble));
    this.list.insertBefore(bubble, after ?? null);
    if (separator && !this.hasDay(separator)) this.list.insertBefore(separator, bubble);
    return mine === null;
  }

  hasDay(separator) {
    return [...this.list.querySelectorAll(".day-separator")].some((each) => each.textContent === separator.textContent);
  }

  byKey(key) {
    return this.list.querySelector(`[data-key="${CSS.escape(key)}"]`);
  }

  /* A bubble for a message that is not sent yet. */
  addPending(message) {
    const bubble = this.templates.sending.content.querySelector(".bubble").cloneNode(true);
    bubble.dataset.key = message.key;
    const text = bubble.querySelector(".bubble__text");
    text.textContent = message.text;
    text.classList.add("bubble__text--unsent");
    text.hidden = !message.text;
    this.list.append(bubble);
    this.showFiles(message.key, message.uploads);
    this.tidy();
    return bubble;
  }

  /* The files of a message that is not sent yet. */
  showFiles(key, uploads) {
    const bubble = this.byKey(key);
    bubble?.querySelector(".bubble__files")?.remove();
    if (uploads.length) bubble?.querySelector(".bubble__text").after(filesOf(uploads));
  }

  showPicture(key, fileKey, address) {
    const line = this.lineOf(key, fileKey);
    const name = line?.textContent;
    if (name) line.replaceChildren(pictureOf(address, name), ...line.querySelectorAll("[data-said]"));
  }

  /* How much of a file has arrived, from 0 to 1. */
  showShare(key, fileKey, share) {
    const line = this.lineOf(key, fileKey);
    if (!line) return;
    const percent = new Intl.NumberFormat(document.documentElement.lang, {style: "percent"});
    line.dataset.share = share < 1 ? percent.format(Math.floor(share * 100) / 100) : "";
  }

  lineOf(key, fileKey) {
    return this.byKey(key)?.querySelector(`[data-file="${CSS.escape(fileKey)}"]`);
  }

  setState(key, state, reason = "") {
    const bubble = this.byKey(key);
    if (!bubble || bubble.dataset.number) return null;
    bubble.classList.remove("bubble--sending", "bubble--failed");
    bubble.classList.add(`bubble--${state}`);
    const words = this.templates[state].content.querySelector("[data-state]");
    bubble.querySelector("[data-state]").innerHTML = words.innerHTML;
    bubble.querySelectorAll(".bubble__refusal").forEach((each) => each.remove());
    if (reason) bubble.querySelector(".bubble__choices, .bubble__foot").before(refusalOf(reason));
    return bubble;
  }

  /* What can be done with a message that is not sent yet. */
  setChoices(key, buttons) {
    const bubble = this.byKey(key);
    bubble?.querySelector(".bubble__choices")?.remove();
    if (!bubble || !buttons.length) return;
    const place = document.createElement("p");
    place.className = "bubble__choices";
    place.append(...buttons);
    bubble.querySelector(".bubble__foot").before(place);
  }

  remove(key) {
    this.byKey(key)?.remove();
    this.tidy();
  }

  tidy() {
    if (this.empty) this.empty.hidden = this.list.querySelector(".bubble") !== null;
  }
}

function held(markup) {
  const holder = document.createElement("template");
  holder.innerHTML = markup;
  return holder;
}

function numberOf(bubble) {
  return Number(bubble.dataset.number);
}

function refusalOf(reason) {
  const line = document.createElement("p");
  line.className = "bubble__refusal";
  line.textContent = reason;
  return line;
}

function filesOf(uploads) {
  const list = document.createElement("ul");
  list.className = "bubble__files";
  for (const upload of uploads) {
    const line = document.createElement("li");
    if (upload.key) line.dataset.file = upload.key;
    if (upload.preview && !upload.isPicture) line.append(pictureOf(upload.preview, upload.name));
    else line.textContent = upload.name;
    if (upload.caption) line.append(captionOf(upload.caption));
    list.append(line);
  }
  return list;
}

function captionOf(text) {
  const caption = document.createElement("p");
  Object.assign(caption, {className: "attachment__caption", dir: "auto", textContent: text});
  caption.dataset.said = "";
  return caption;
}

function pictureOf(address, name) {
  const image = document.createElement("img");
  image.src = address;
  image.alt = name;
  return image;
}
