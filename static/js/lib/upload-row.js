/*
 * The row of an upload, made from <template data-upload-row>, or the `element` that the server drew; the texts of its
 * states are in <ul data-uploads>. `shown` is {name, kind, picture}, with the address of a picture or none.
 */

import {listening} from "./listening.js";

export class UploadRow {
  constructor(list, shown, {onRetry, onRemove, onMove}, element = null) {
    this.words = list.dataset;
    this.element = element ?? this.draw(list, shown);
    this.find("[data-remove]").addEventListener("click", (event) => { event.preventDefault(); onRemove(); });
    this.find("[data-retry]").addEventListener("click", onRetry);
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

  find(selector) {
    return this.element.querySelector(selector);
  }

  showPicture(kind, picture) {
    const icon = this.find(`[data-thumb="${kind}"]`) ?? this.find("[data-thumb=file]");
    icon.hidden = false;
    if (!picture) return;
    const image = new Image();
    this.picture = picture;
    image.alt = "";
    image.addEventListener("load", () => icon.replaceWith(image));
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
