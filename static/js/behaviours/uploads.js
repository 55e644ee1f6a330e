/*
 * Uploads files one by one while the reader is still writing:
 * <form data-behaviour="uploads" data-upload-url="/…/uploads/" data-purpose="message"> with file inputs and lists
 * <ul data-uploads data-name="uploads" …> (`uploads` in ui/uploads.html); a list in a <fieldset> takes the files of that
 * fieldset. Chosen (also before this was loaded), dropped or pasted; each that arrived adds <input type="hidden"> of the
 * list's name. A form that is sent too early waits for them, unless messenger.js sends it.
 */
import {listen} from "../lib/listen.js";
import {shrink} from "../lib/shrink.js";
import {toast} from "../lib/toast.js";
import {Transfer} from "../lib/tus.js";
import {UploadRow} from "../lib/upload-row.js";
import {filledInputs, uploadsOf} from "../lib/uploads.js";

const MAX_FILES = 10;

export function connect(form) {
  if (!form.querySelector("[data-uploads]")) return null;
  const uploads = uploadsOf(form);
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
  if (mustStay(event, uploads)) return void toast({text: words.failed, level: "error"});
  if (uploads.isCutOff) toast({text: words.wait, level: "warning"});
  form.setAttribute("aria-busy", "true");
  await uploads.settled();
  form.removeAttribute("aria-busy");
  if (mustStay(event, uploads)) toast({text: words.failed, level: "error"});
  else if (form.isConnected) form.requestSubmit(event.submitter);
}

/* The reader has to see a refused file before leaving the page, except by going back. */
function mustStay(event, uploads) {
  return uploads.hasFailed && event.submitter?.value !== "back";
}

function addOne(form, list, uploads, file) {
  const taken = uploads.items.filter((item) => item.list === list).length + Number(list.dataset.kept);
  if (taken >= MAX_FILES) return void toast({text: list.dataset.tooMany, level: "error"});
  const item = {list, state: "uploading"};
  item.row = new UploadRow(list, file, {
    onRetry: () => (item.state === "waiting" ? item.transfer.wake() : start(item)),
    onRemove: () => remove(uploads, item),
  });
  item.ready = shrink(file).then((smaller) => {
    item.transfer = new Transfer(smaller, {
      address: form.dataset.uploadUrl,
      fields: {purpose: form.dataset.purpose},
      onProgress: (share) => { show(item, "uploading"); item.row.showShare(share); },
      onWaiting: () => show(item, "waiting", {canRetry: true}),
    });
  });
  uploads.items.push(item);
  start(item);
}

function start(item) {
  show(item, "uploading");
  item.finished = item.ready
    .then(() => item.transfer.run())
    .then((made) => arrive(item, made))
    .catch((failure) => show(item, "failed", {sentence: failure.message, canRetry: !failure.isFinal}));
}

function arrive(item, made) {
  Object.assign(item, {id: made.id, name: made.name, serverPreview: made.preview});
  show(item, "done");
  item.row.addInput(item.list.dataset.name, made.id);
}

function show(item, state, details) {
  if (item.state === "removed") return;
  if (item.row.element.dataset.state !== state) item.row.show(state, details);
  item.state = state;
}

function remove(uploads, item) {
  item.state = "removed";
  item.ready.then(() => item.transfer.cancel());
  uploads.items = uploads.items.filter((each) => each !== item);
  item.row.remove();
}
