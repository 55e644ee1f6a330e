/* Lists what was chosen, pictures as pictures: <div class="uploader" data-behaviour="file-names"><label>…<input type="file">. */
import {listen} from "../lib/listen.js";

export function connect(element) {
  const input = element.querySelector('input[type="file"]');
  const list = Object.assign(document.createElement("ul"), {className: "uploader__files"});
  element.classList.add("is-enhanced");
  input.before(list);
  let pictures = [];
  const forget = () => { pictures.forEach((url) => URL.revokeObjectURL(url)); pictures = []; };
  const show = () => {
    forget();
    list.replaceChildren(...[...input.files].map((file) => row(file, pictures)));
  };
  const stop = listen([input, "change", show]);
  return () => { stop(); forget(); };
}

function row(file, pictures) {
  const item = Object.assign(document.createElement("li"), {className: "uploader__file"});
  if (file.type.startsWith("image/")) {
    const url = URL.createObjectURL(file);
    pictures.push(url);
    item.append(Object.assign(document.createElement("img"), {src: url, alt: ""}));
  }
  item.append(Object.assign(document.createElement("span"), {textContent: file.name}));
  return item;
}
