/* The row of an upload, made from <template data-upload-row>; the texts of its states are in <ul data-uploads>. */

export class UploadRow {
  constructor(list, file, {onRetry, onRemove}) {
    this.words = list.dataset;
    const template = list.parentElement.querySelector("template[data-upload-row]");
    this.element = template.content.firstElementChild.cloneNode(true);
    this.find(".uploader__name").textContent = file.name;
    this.find("[data-remove]").setAttribute("aria-label", `${this.words.remove}: ${file.name}`);
    this.find("[data-remove]").addEventListener("click", onRemove);
    this.find("[data-retry]").addEventListener("click", onRetry);
    this.showPicture(file);
    list.append(this.element);
  }

  find(selector) {
    return this.element.querySelector(selector);
  }

  showPicture(file) {
    const kind = file.type.split("/")[0];
    const icon = this.find(`[data-thumb="${kind}"]`) ?? this.find("[data-thumb=file]");
    icon.hidden = false;
    if (kind !== "image") return;
    const image = new Image();
    this.picture = URL.createObjectURL(file);
    image.alt = "";
    image.addEventListener("load", () => icon.replaceWith(image));
    image.src = this.picture;
  }

  /* `state` is uploading, waiting, failed or done; `sentence` replaces the usual text of the state. */
  show(state, {sentence = "", canRetry = false} = {}) {
    this.element.dataset.state = state;
    this.find(".uploader__state").textContent = sentence || this.words[state];
    this.find("[data-retry]").hidden = !canRetry;
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
    if (this.picture) URL.revokeObjectURL(this.picture);
    this.element.remove();
  }
}
