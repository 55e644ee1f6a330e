/*
 * Files that leave one by one while the reader still writes:
 * <form data-behaviour="uploads" data-upload-url="/…/uploads/" data-purpose="message"> with file inputs and a list
 * <ul data-uploads data-uploading="…" data-waiting="…" data-failed="…" data-retry="…" data-remove="…" data-too-many="…">.
 * Chosen, dropped or pasted; each that arrived adds <input type="hidden" name="uploads">. A form that is sent too early
 * waits for them, unless messenger.js sends it.
 */
import {listen} from "../lib/listen.js";
import {postHeaders} from "../lib/request.js";
import {shrink} from "../lib/shrink.js";
import {toast} from "../lib/toast.js";
import {uploadsOf} from "../lib/uploads.js";

const MAX_FILES = 10;

export function connect(form) {
  const list = form.querySelector("[data-uploads]");
  if (!list) return null;
  const uploads = uploadsOf(form);
  const add = (files) => [...files].forEach((file) => addOne(form, list, uploads, file));
  form.querySelectorAll(".uploader").forEach((each) => each.classList.add("is-enhanced"));
  return listen(
    [form, "change", (event) => {
      if (event.target.type !== "file") return;
      add(event.target.files);
      event.target.value = "";
    }],
    [form, "paste", (event) => { if (event.clipboardData.files.length) { event.preventDefault(); add(event.clipboardData.files); } }],
    [form, "dragover", (event) => { if (hasFiles(event)) { event.preventDefault(); form.classList.add("is-dropping"); } }],
    [form, "dragleave", (event) => { if (!form.contains(event.relatedTarget)) form.classList.remove("is-dropping"); }],
    [form, "drop", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      form.classList.remove("is-dropping");
      add(event.dataTransfer.files);
    }],
    [form, "submit", (event) => waitFirst(event, form, list, uploads), {capture: true}],
    [form, "uploads:taken", () => { uploads.items = []; list.replaceChildren(); }],
    [window, "online", () => uploads.items.filter((item) => item.state === "waiting").forEach((item) => item.start())],
  );
}

function hasFiles(event) {
  return [...event.dataTransfer.types].includes("Files");
}

/* A plain form goes when its files are there; the composer of messages waits by itself. */
async function waitFirst(event, form, list, uploads) {
  if (isTakenOver(form) || !(uploads.isPending || uploads.hasFailed)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (uploads.hasFailed) return void toast({text: list.dataset.failed, level: "error"});
  form.setAttribute("aria-busy", "true");
  await uploads.settled();
  form.removeAttribute("aria-busy");
  if (!uploads.hasFailed && form.isConnected) form.requestSubmit();
}

function isTakenOver(form) {
  return form.matches("[data-composer]") && document.querySelector("[data-behaviour~=messenger]") !== null;
}

function addOne(form, list, uploads, file) {
  if (uploads.items.length >= MAX_FILES) return void toast({text: list.dataset.tooMany, level: "error"});
  const item = {file, name: file.name, kind: file.type.split("/")[0], state: "uploading", id: "", preview: ""};
  item.row = rowOf(item, list);
  item.remove = () => remove(form, uploads, item);
  item.start = () => start(form, list, item);
  item.row.querySelector("[data-remove]").addEventListener("click", item.remove);
  item.row.querySelector("[data-retry]").addEventListener("click", item.start);
  uploads.items.push(item);
  list.append(item.row);
  item.start();
}

function rowOf(item, list) {
  const row = document.createElement("li");
  row.className = "uploader__file";
  if (item.kind === "image") {
    const image = document.createElement("img");
    item.preview = URL.createObjectURL(item.file);
    image.src = item.preview;
    image.alt = "";
    image.addEventListener("error", () => image.remove());
    row.append(image);
  }
  const text = document.createElement("span");
  const name = document.createElement("span");
  const state = document.createElement("small");
  text.className = "uploader__words";
  name.textContent = item.name;
  state.className = "uploader__state";
  text.append(name, state);
  row.append(text, button("retry", list.dataset.retry), button("remove", list.dataset.remove, item.name));
  return row;
}

function button(role, label, name = "") {
  const made = document.createElement("button");
  made.type = "button";
  made.className = role === "remove" ? "uploader__remove" : "button button--quiet button--sm";
  made.dataset[role] = "";
  made.textContent = role === "remove" ? "×" : label;
  made.setAttribute("aria-label", name ? `${label}: ${name}` : label);
  if (role === "retry") made.hidden = true;
  return made;
}

function start(form, list, item) {
  show(item, "uploading", list.dataset.uploading);
  item.finished = shrink(item.file)
    .then((file) => upload(form, file, (share) => show(item, "uploading", `${list.dataset.uploading} ${share}%`)))
    .then((made) => arrive(form, item, made))
    .catch((error) => miss(list, item, error));
}

function arrive(form, item, made) {
  if (item.state === "removed") return void takeBack(form, made.id);
  Object.assign(item, {id: made.id, name: made.name, kind: made.kind, serverPreview: made.preview});
  show(item, "done", "");
  item.input = document.createElement("input");
  item.input.type = "hidden";
  item.input.name = "uploads";
  item.input.value = made.id;
  item.row.append(item.input);
}

function miss(list, item, error) {
  if (item.state === "removed") return;
  if (error.lost && !navigator.onLine) show(item, "waiting", list.dataset.waiting);
  else show(item, "failed", error.message || list.dataset.failed);
  /* What the server refused it will refuse again. */
  item.row.querySelector("[data-retry]").hidden = Boolean(error.message);
}

function show(item, state, words) {
  if (item.state === "removed") return;
  item.state = state;
  item.row.dataset.state = state;
  item.row.querySelector(".uploader__state").textContent = words;
  item.row.querySelector("[data-retry]").hidden = state !== "failed" && state !== "waiting";
}

/* XMLHttpRequest, because fetch does not tell how much of a film has left. */
function upload(form, file, onProgress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append("file", file, file.name);
    body.append("purpose", form.dataset.purpose);
    request.open("POST", form.dataset.uploadUrl);
    Object.entries(postHeaders()).forEach(([name, value]) => request.setRequestHeader(name, value));
    request.upload.addEventListener("progress", (event) => onProgress(Math.round((event.loaded / event.total) * 100)));
    request.addEventListener("error", () => reject({lost: true, message: ""}));
    request.addEventListener("load", () => {
      const answer = parsed(request.responseText);
      if (request.status === 201 && answer.id) resolve(answer);
      else reject({lost: false, message: answer.message || ""});
    });
    request.send(body);
  });
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

function remove(form, uploads, item) {
  if (item.id) takeBack(form, item.id);
  item.state = "removed";
  if (item.preview) URL.revokeObjectURL(item.preview);
  uploads.items = uploads.items.filter((each) => each !== item);
  item.row.remove();
}

function takeBack(form, id) {
  fetch(`${form.dataset.uploadUrl}${id}/remove/`, {method: "POST", headers: postHeaders()}).catch(() => {});
}
