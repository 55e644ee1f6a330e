/*
 * Uploads files one by one while the reader is still writing:
 * <form data-behaviour="uploads" data-upload-url="/…/uploads/" data-purpose="message"> with file inputs and lists
 * <ul data-uploads data-name="uploads" …> (`uploads` in ui/uploads.html); a list in a <fieldset> takes the files of that
 * fieldset. Chosen (also before this was loaded), dropped or pasted; each that arrived adds <input type="hidden"> of the
 * list's name. A form that is sent too early waits for them, unless messenger.js sends it. With data-keeps-uploads the tab
 * remembers what has arrived until the form is saved, as keep-unsent.js does with its texts.
 */
import {listen} from "../lib/listen.js";
import {get, postHeaders} from "../lib/request.js";
import {shrink} from "../lib/shrink.js";
import {toast} from "../lib/toast.js";
import {Transfer} from "../lib/tus.js";
import {UploadRow} from "../lib/upload-row.js";
import {forget, recall, remember} from "../lib/unsent.js";
import {filledInputs, uploadsOf} from "../lib/uploads.js";

const MAX_FILES = 10;
const SIGNED_OUT = 401;

export function connect(form) {
  if (!form.querySelector("[data-uploads]")) return null;
  const uploads = uploadsOf(form);
  adoptDrawn(form, uploads);
  if (form.hasAttribute("data-keeps-uploads")) keepIn(form, uploads);
  const add = (files, place) => [...files].forEach((file) => addOne(form, listAt(form, place), uploads, file));
  const take = (input) => {
    add(input.files, input);
    input.value = "";
  };
  /* A form that is being sent as it is takes its files along. */
  const takeChosen = () => { if (!form.hasAttribute("aria-busy")) filledInputs(form).forEach(take); };
  form.querySelectorAll(".uploader").forEach((each) => each.classList.add("is-enhanced"));
  takeChosen();
  return listen(
    [form, "change", (event) => { if (event.target.type === "file") take(event.target); }],
    [window, "pageshow", (event) => { if (event.persisted) takeChosen(); }],
    [form, "paste", (event) => {
      if (!event.clipboardData.files.length) return;
      event.preventDefault();
      add(event.clipboardData.files, event.target);
    }],
    [form, "dragover", (event) => { if (hasFiles(event)) { event.preventDefault(); form.classList.add("is-dropping"); } }],
    [form, "dragleave", (event) => { if (!form.contains(event.relatedTarget)) form.classList.remove("is-dropping"); }],
    [form, "drop", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      form.classList.remove("is-dropping");
      add(event.dataTransfer.files, event.target);
    }],
    [form, "submit", (event) => waitFirst(event, form, uploads), {capture: true}],
    [form, "submit", (event) => { if (!event.defaultPrevented) uploads.keep(true); }],
    [window, "focus", () => goOnAfterSignIn(uploads)],
    [document, "visibilitychange", () => document.hidden || goOnAfterSignIn(uploads)],
    [form, "uploads:taken", () => { uploads.items.forEach((item) => item.row.remove()); uploads.items = []; }],
  );
}

function listAt(form, place) {
  return place.closest("fieldset")?.querySelector("[data-uploads]") ?? form.querySelector("[data-uploads]");
}

function hasFiles(event) {
  return [...event.dataTransfer.types].includes("Files");
}

/* A plain form is sent when its files have arrived; a submit that messenger.js has taken over is prevented by now. */
async function waitFirst(event, form, uploads) {
  if (event.defaultPrevented || !(uploads.isPending || mustStay(event, uploads))) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (form.hasAttribute("aria-busy")) return;
  const words = form.querySelector("[data-uploads]").dataset;
  if (mustStay(event, uploads)) return tellWhatFailed(words, uploads);
  if (uploads.isCutOff) toast({text: words.wait, level: "warning"});
  form.setAttribute("aria-busy", "true");
  await uploads.settled();
  form.removeAttribute("aria-busy");
  if (mustStay(event, uploads)) tellWhatFailed(words, uploads);
  else if (form.isConnected) form.requestSubmit(event.submitter);
}

/* The reader has to see a refused file before leaving the page, except by going back. */
function mustStay(event, uploads) {
  return uploads.hasFailed && event.submitter?.value !== "back";
}

function tellWhatFailed(words, uploads) {
  const names = uploads.items.filter((item) => item.state === "failed").map((item) => item.row.name);
  toast({text: `${words.failed}: ${names.join(", ")}`, level: "error"});
}

/* Files that the server has drawn, because they arrived and were not sent. Of a part the button works without a script. */
function adoptDrawn(form, uploads) {
  form.querySelectorAll("[data-uploads] > [data-upload][data-state=done]").forEach((element) => {
    const made = {id: element.dataset.upload, name: element.querySelector(".uploader__name").textContent};
    made.preview = element.querySelector("img")?.getAttribute("src") ?? "";
    made.kind = element.querySelector(".uploader__thumb:not([hidden])")?.dataset.thumb ?? "image";
    addArrived(form, element.parentElement, uploads, made, element);
  });
}

/* Those that arrived before the page was left, if they are still there, and remembers the others from now on. */
function keepIn(form, uploads) {
  const place = `${form.dataset.person}.${new URL(form.getAttribute("action"), location.href).pathname}.files`;
  const drawn = new Set(uploads.arrived.map((item) => item.made.id));
  uploads.keep = (isSent = false) => {
    const arrived = uploads.arrived.map((item) => [item.list.dataset.name, item.made]);
    if (arrived.length) remember(place, arrived, isSent);
    else forget(place);
  };
  for (const [name, made] of recall(place) ?? []) {
    const list = form.querySelector(`[data-uploads][data-name="${name}"]`);
    if (list && !drawn.has(made.id)) restore(form, list, uploads, made);
  }
  uploads.keep();
}

async function restore(form, list, uploads, made) {
  form.querySelector(`[data-offered="${made.id}"]`)?.remove();
  const item = addArrived(form, list, uploads, made);
  item.row.addInput(list.dataset.name, made.id);
  const response = await get(`${form.dataset.uploadUrl}${made.id}/`).catch(() => null);
  if (response?.status !== 404 || item.state === "removed") return;
  drop(uploads, item);
  toast({text: `${list.dataset.gone} (${made.name})`, level: "warning"});
}

function addArrived(form, list, uploads, made, element = null) {
  const item = {list, made, state: "done", id: made.id, name: made.name, serverPreview: made.preview};
  const handlers = {onRetry: () => {}, onRemove: () => { drop(uploads, item); takeBack(form, made.id); }};
  item.row = new UploadRow(list, {...made, picture: made.preview}, handlers, element);
  item.row.show("done");
  uploads.items.push(item);
  return item;
}

function takeBack(form, id) {
  const headers = {...postHeaders(), "Tus-Resumable": "1.0.0"};
  fetch(`${form.dataset.uploadUrl}${id}/`, {method: "DELETE", headers}).catch(() => {});
}

/* After the reader has signed in again in another tab. */
function goOnAfterSignIn(uploads) {
  uploads.items.filter((item) => item.isSignedOut && item.state === "failed").forEach((item) => start(uploads, item));
}

function addOne(form, list, uploads, file) {
  const taken = uploads.items.filter((item) => item.list === list).length + Number(list.dataset.kept);
  if (taken >= MAX_FILES) return void toast({text: list.dataset.tooMany, level: "error"});
  const item = {list, state: "uploading"};
  const position = list.children.length;
  const [kind] = file.type.split("/");
  const picture = kind === "image" ? URL.createObjectURL(file) : "";
  item.row = new UploadRow(list, {name: file.name, kind, picture}, {
    onRetry: () => (item.state === "waiting" ? item.transfer.wake() : start(uploads, item)),
    onRemove: () => { drop(uploads, item); item.ready.then(() => item.transfer.cancel()); },
  });
  item.ready = shrink(file).then((smaller) => {
    item.transfer = new Transfer(smaller, {
      address: form.dataset.uploadUrl,
      fields: {purpose: form.dataset.purpose, slot: list.dataset.slot, position: String(position)},
      onProgress: (share) => { show(item, "uploading"); item.row.showShare(share); },
      onWaiting: () => show(item, "waiting", {canRetry: true}),
    });
  });
  uploads.items.push(item);
  start(uploads, item);
}

function start(uploads, item) {
  item.isSignedOut = false;
  show(item, "uploading");
  item.finished = item.ready
    .then(() => item.transfer.run())
    .then((made) => arrive(uploads, item, made))
    .catch((failure) => fail(item, failure));
}

function arrive(uploads, item, made) {
  Object.assign(item, {made, id: made.id, name: made.name, serverPreview: made.preview});
  show(item, "done");
  item.row.addInput(item.list.dataset.name, made.id);
  uploads.keep();
}

function fail(item, failure) {
  item.isSignedOut = failure.status === SIGNED_OUT;
  const sentence = item.isSignedOut ? item.list.dataset.signedOut : failure.message;
  show(item, "failed", {sentence, canRetry: !failure.isFinal, canSignIn: item.isSignedOut});
}

function show(item, state, details) {
  if (item.state === "removed") return;
  if (item.row.element.dataset.state !== state) item.row.show(state, details);
  item.state = state;
}

function drop(uploads, item) {
  item.state = "removed";
  uploads.items = uploads.items.filter((each) => each !== item);
  item.row.remove();
  uploads.keep();
}
