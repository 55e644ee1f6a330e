/*
 * Has a code on a photo read as soon as it is taken, scaled down before: <form data-behaviour="read-photo"> is sent; with
 * data-read-url the photo alone is sent there, and what is read fills the field that data-fills names.
 */
import {listen} from "../lib/listen.js";
import {post, refusalOf} from "../lib/request.js";

/* What the server looks at; more would only travel. */
const LONGEST_SIDE = 2000;

export function connect(form) {
  const photo = form.querySelector("input[type=file]");
  const button = form.querySelector("[data-read]");
  button.hidden = true;
  const onPhoto = async () => {
    if (!photo.files.length) return;
    const small = await scaled(photo.files[0]);
    if (form.dataset.readUrl) await fill(form, photo, small);
    else send(form, photo, small);
  };
  const stop = listen([photo, "change", onPhoto]);
  return () => { button.hidden = false; stop(); };
}

function send(form, photo, small) {
  const chosen = new DataTransfer();
  chosen.items.add(small);
  photo.files = chosen.files;
  form.requestSubmit();
}

async function fill(form, photo, small) {
  const said = form.querySelector("[data-read-said]");
  said.textContent = form.dataset.reading;
  const answer = await ask(form.dataset.readUrl, small, form.dataset.failed);
  const field = form.elements[form.dataset.fills];
  const text = answer[form.dataset.fills] ?? "";
  if (text) {
    field.value = text;
    field.dispatchEvent(new Event("input", {bubbles: true}));
  }
  said.textContent = text ? form.dataset.found : answer.message;
  /* It has been read: the form is sent without it. */
  photo.value = "";
}

async function ask(url, photo, failed) {
  const body = new FormData();
  body.append("photo", photo);
  try {
    const response = await post(url, body);
    if (response.ok) return await response.json();
    return {message: (await refusalOf(response)).message || failed};
  } catch {
    return {message: failed};
  }
}

async function scaled(file) {
  try {
    const bitmap = await createImageBitmap(file, {imageOrientation: "from-image"});
    const scale = LONGEST_SIDE / Math.max(bitmap.width, bitmap.height);
    if (scale >= 1) return file;
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(bitmap.width * scale);
    canvas.height = Math.round(bitmap.height * scale);
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((resolve) => { canvas.toBlob(resolve, "image/jpeg", 0.8); });
    return blob ? new File([blob], "photo.jpg", {type: "image/jpeg"}) : file;
  } catch {
    /* The server says what is wrong with it. */
    return file;
  }
}
