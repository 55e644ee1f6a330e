/*
 * The row of an upload, made from <template data-upload-row>, or the `element` that the server drew; the texts of its
 * states are in <ul data-uploads>. `shown` is {name, kind, picture}, with the address of a picture or none.
 */

import {listening} from "./listening.js";

export class UploadRow {
  /* The browser can show its picture; uploads.js replaces it. */
  onPicture = () => {};

  constructor(list, shown, {onRetry, onRemove, onMove, onCaption}, element = null) {
    this.words = list.dataset;
    this.element = element ?? this.draw(list, shown);
    this.find("[data-remove]").addEventListener("click", (event) => { event.preventDefault(); onRemove(); });
    this.find("[data-retry]").addEventListener("click", onRetry);
    this.field = this.find("[data-caption]");
    this.field.setAttribute("aria-label", `${this.field.placeholder}: ${this.name}`);
    this.field.addEventListener("input", () => onCaption(this.caption));
    /* The Enter key would send the form. */
    this.field.addEventListener("keydown", (event) => { if (event.key === "Enter" && !event.isComposing) event.preventDefault(); });
    this.element.querySelectorAll("[data-move]").forEach((button) => {
      button.hidden = false;
      button.setAttribute("aria-label", `${button.title}: ${this.name}`);
      button.addEventListener("click", () => { onMove(Number(button.dataset.move)); button.focus(); });
    });
  }

  draw(list, {name, kind, picture}) {
    const template = list.parentElement.querySelector("template[data-upload-row]");
    this.element = template.content.firstElementChild.cloneNode(true);
    this.find(".uploader__name").textContent = name;
    this.find("[data-remove]").setAttribute("aria-label", `${this.words.remove}: ${name}`);
    this.showPicture(kind, picture);
    list.append(this.element);
    return this.element;
  }

  get name() {
    return this.find(".uploader__name").textContent;
  }

  get caption() {
    return this.field.value;
  }

  set caption(text) {
    this.field.value = text;
  }

  find(selector) {
    return this.element.querySelector(selector);
  }

  /* `picture` of another kind is a poster. */
  showPicture(kind, picture) {
    this.element.dataset.kind = kind;
    const icon = this.find(`[data-thumb="${kind}"]`) ?? this.find("[data-thumb=file]");
    icon.hidden = false;
    if (!picture) return;
    const image = new Image();
    this.picture = picture;
    image.alt = "";
    image.addEventListener("load", () => { icon.replaceWith(image); this.onPicture(); });
    image.src = picture;
  }

  /* A recording is listened to before it is sent, by the player of the page. */
  offerListening({file, sound}) {
    if (this.find(".attachment__played")) return;
    this.picture = URL.createObjectURL(file);
    this.element.append(listening(file, this.picture, sound));
  }

  /* `state` is uploading, waiting, failed or done; `sentence` replaces the usual text of the state. */
  show(state, {sentence = "", canRetry = false, canSignIn = false} = {}) {
    this.element.dataset.state = state;
    this.find(".uploader__state").textContent = sentence || this.words[state];
    this.find("[data-retry]").hidden = !canRetry;
    this.find("[data-sign-in]").hidden = !canSignIn;
  }

  /* It arrived as the file `id`, under which its caption is sent. */
  take(id, name) {
    this.addInput(name, id);
    this.field.name = `caption-${id}`;
  }

  showShare(share) {
    const percent = new Intl.NumberFormat(document.documentElement.lang, {style: "percent"});
    this.find(".uploader__percent").textContent = percent.format(Math.floor(share * 100) / 100);
    this.find("progress").value = share;
  }

  addInput(name, value) {
    const input = document.createElement("input");
    Object.assign(input, {type: "hidden", name, value});
    this.element.append(input);
  }

  remove() {
    if (this.picture?.startsWith("blob:")) URL.revokeObjectURL(this.picture);
    this.element.remove();
  }
}
