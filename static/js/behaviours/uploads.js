/*
 * Uploads files one by one while the reader is still writing:
 * <form data-behaviour="uploads" data-upload-url="/…/uploads/" data-purpose="message"> with file inputs and lists
 * <ul data-uploads data-name="uploads" …> (`uploads` in ui/uploads.html); a list in a <fieldset> takes the files of that
 * fieldset. Chosen (also before this was loaded), dropped or pasted; each that arrived adds <input type="hidden"> of the
 * list's name, in the order of the rows. A form that is sent too early waits for them, unless messenger.js sends it.
 * The browser keeps files until they are sent, and shows those again that another page of the same form left.
 * A conversation names this behaviour for the files of messages that wait.
 */
import * as files from "../lib/kept-files.js";
import {bring, cancel, carry, fileOf, forget as forgetFiles} from "../lib/courier.js";
import {offerDrawing} from "../lib/drawn-rows.js";
import {filesOfMessages, newKey} from "../lib/keys.js";
import {leftAt, tidy} from "../lib/left-files.js";
import {listen} from "../lib/listen.js";
import {isOver, mend, Recording} from "../lib/recording.js";
import {get} from "../lib/request.js";
import {toast} from "../lib/toast.js";
import {takeBack} from "../lib/tus.js";
import {Upload} from "../lib/upload.js";
import {UploadRow} from "../lib/upload-row.js";
import {filledInputs, offerCourier, uploadsOf} from "../lib/uploads.js";

const MAX_FILES = 10;
const SIGNED_OUT = 401, GONE = 404, SENT = 410;
const ANSWER = "answer";
/* The file itself was refused, and would be again. */
const UNUSABLE = new Set([400, 413]);

offerCourier({bring, cancel, fileOf, forget: forgetFiles});

export function connect(form) {
  if (!form.matches("form") || !form.querySelector("[data-uploads]")) return null;
  return new Uploader(form, uploadsOf(form)).start();
}

class Uploader {
  constructor(form, uploads) {
    Object.assign(this, {form, uploads});
    uploads.tellWhatFailed = (submitter) => this.tellWhatFailed(submitter);
    uploads.record = (place) => this.record(place);
    this.owner = form.dataset.person || "guest";
    this.isSignedIn = document.querySelector("body.office, .employee-bar") !== null;
    this.place = `${new URL(form.dataset.uploadUrl, location.href).pathname} ${form.dataset.purpose}`;
    this.last = 0;
  }

  start() {
    const {form, uploads} = this;
    this.adoptDrawn();
    form.querySelectorAll(".uploader").forEach((each) => each.classList.add("is-enhanced"));
    this.takeChosen();
    tidy(this).then(() => this.restore());
    const silence = listen(
      [form, "change", (event) => { if (event.target.type === "file") this.take(event.target); }],
      [window, "pageshow", (event) => { if (event.persisted) this.takeChosen(); }],
      [form, "paste", (event) => {
        if (!event.clipboardData.files.length) return;
        event.preventDefault();
        this.add(event.clipboardData.files, event.target);
      }],
      [form, "dragover", (event) => { if (hasFiles(event)) { event.preventDefault(); form.classList.add("is-dropping"); } }],
      [form, "dragleave", (event) => { if (!form.contains(event.relatedTarget)) form.classList.remove("is-dropping"); }],
      [form, "drop", (event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        form.classList.remove("is-dropping");
        this.add(event.dataTransfer.files, event.target);
      }],
      [form, "submit", (event) => this.waitFirst(event), {capture: true}],
      [window, "focus", () => this.goOnAfterSignIn()],
      [document, "visibilitychange", () => document.hidden || this.goOnAfterSignIn()],
      [window, "beforeunload", (event) => { if (this.wouldBeLost) event.preventDefault(); }],
      [document, "uploads:left", () => this.restore()],
      [form, "uploads:taken", () => this.handOver()],
      [form, "uploads:returned", (event) => this.takeReturned(event.detail)],
    );
    return () => { silence(); this.stop(); };
  }

  /* Choosing ------------------------------------------------------------------------------------------------------- */

  take(input) {
    this.add(input.files, input);
    input.value = "";
  }

  /* A form that is being sent as it is takes its files along. */
  takeChosen() {
    if (!this.form.hasAttribute("aria-busy")) filledInputs(this.form).forEach((input) => this.take(input));
  }

  add(chosen, place) {
    [...chosen].forEach((file) => this.addOne(this.listAt(place), file));
  }

  listAt(place) {
    return place.closest("fieldset")?.querySelector("[data-uploads]") ?? this.form.querySelector("[data-uploads]");
  }

  addOne(list, file) {
    if (this.hasRoom(list)) this.send(list, {...this.begun(list), file, isReady: false});
  }

  /* What is to be made a file of that list; null where it takes no more. */
  record(place) {
    const list = this.listAt(place);
    const take = (record) => (list.isConnected ? this.send(list, record) : null);
    return this.hasRoom(list) ? new Recording({...this.begun(list), isReady: true}, take) : null;
  }

  hasRoom(list) {
    const taken = this.uploads.items.filter((item) => item.list === list).length + Number(list.dataset.kept);
    if (taken >= MAX_FILES) toast({text: list.dataset.tooMany, level: "error"});
    return taken < MAX_FILES;
  }

  begun(list) {
    const {owner, isSignedIn, place} = this;
    return {key: newKey(), owner, isSignedIn, place, slot: slotOf(list), position: this.next()};
  }

  /* Behind all others, also those of an earlier page. */
  next() {
    this.last = Math.max(this.last + 1, Date.now());
    return this.last;
  }

  send(list, record, isKept = false) {
    const item = {list, state: "uploading", key: record.key, name: record.file.name, position: record.position};
    const fields = () => {
      const {caption = ""} = record;
      return {purpose: this.form.dataset.purpose, slot: slotOf(list), position: String(this.indexOf(item)), caption};
    };
    const [kind] = record.file.type.split("/");
    const picture = kind === "image" ? URL.createObjectURL(record.file) : "";
    item.upload = new Upload(record, {address: this.form.dataset.uploadUrl, fields}, isKept);
    item.upload.ears = {
      onProgress: (share) => { show(item, "uploading"); item.row.showShare(share); },
      onWaiting: () => show(item, "waiting", {canRetry: true}),
    };
    item.row = new UploadRow(list, {name: item.name, kind, picture}, {
      onRetry: () => (item.state === "waiting" ? item.upload.wake() : this.run(item)),
      onRemove: () => this.remove(item),
      onMove: (by) => this.move(item, by),
      onCaption: (caption) => this.caption(item, caption),
    });
    item.row.caption = record.caption ?? "";
    item.row.onPicture = () => offerDrawing(this, item);
    if (record.sound) item.row.offerListening(record);
    this.uploads.items.push(item);
    if (record.made) this.arrive(item, record.made);
    else this.run(item);
    return item;
  }

  run(item) {
    item.isSignedOut = false;
    show(item, "uploading");
    item.finished = item.upload.run().then((made) => this.arrive(item, made), (failure) => fail(item, failure));
  }

  arrive(item, made) {
    Object.assign(item, {made, id: made.id, serverPreview: made.preview});
    if (item.state === "removed") return;
    show(item, "done");
    item.row.take(made.id, item.list.dataset.name);
  }

  remove(item) {
    this.drop(item);
    if (item.made) takeBack(`${this.form.dataset.uploadUrl}${item.made.id}/`);
    else item.upload.cancel();
  }

  drop(item) {
    item.state = "removed";
    this.uploads.items = this.uploads.items.filter((each) => each !== item);
    item.row.remove();
    if (item.key) forgetFiles([item.key]);
  }

  /* Captions and drawings ------------------------------------------------------------------------------------------ */

  caption(item, caption) {
    if (item.row.caption !== caption) item.row.caption = caption;
    if (item.upload) item.upload.record.caption = caption;
    if (item.key) files.change(item.key, {caption});
  }

  /* Under a key only ever the same bytes travel: another picture has another one. */
  replace(item, picture) {
    const {owner, isSignedIn, place} = this;
    const {list, position, row: {caption}} = item;
    const replaces = [...item.upload?.record.replaces ?? [], ...item.id ? [item.id] : []];
    const about = {owner, isSignedIn, place, slot: slotOf(list), position, caption, replaces};
    const fresh = this.send(list, {key: newKey(), ...about, isReady: false, ...picture});
    this.drop(item);
    if (!item.made) item.upload.cancel();
    this.uploads.sort();
    return fresh;
  }

  /* Order ---------------------------------------------------------------------------------------------------------- */

  indexOf(item) {
    return this.uploads.items.filter(({list}) => list === item.list).indexOf(item);
  }

  move(item, by) {
    const neighbours = this.uploads.items.filter(({list}) => list === item.list);
    const other = neighbours[neighbours.indexOf(item) + by];
    if (!other) return;
    [item.position, other.position] = [other.position, item.position];
    [item, other].filter(({key}) => key).forEach(({key, position}) => files.change(key, {position}));
    this.uploads.sort();
  }

  /* After a reload ------------------------------------------------------------------------------------------------- */

  /* Files that an earlier page of this form left; those that another page has open come when it is closed. */
  async restore() {
    const left = (await leftAt(this)).filter(isOver);
    const replaced = new Set((await files.keptAll()).flatMap(({replaces}) => replaces ?? []));
    this.uploads.items.filter(({id}) => replaced.has(id)).forEach((item) => this.drop(item));
    this.orderAs(left);
    left.forEach((record) => files.isFree(record).then(() => this.readopt(record)));
  }

  /* What the server has drawn was perhaps sorted after it had arrived, and recordings can be listened to here. */
  orderAs(records) {
    const left = new Map(records.map((record) => [record.key, record]));
    for (const item of this.uploads.items.filter(({key}) => left.has(key))) {
      const record = left.get(item.key);
      item.position = record.position;
      item.row.caption = record.caption ?? item.row.caption;
      if (record.sound) item.row.offerListening(record);
    }
    this.uploads.sort();
  }

  /* Those of a message that is to be written anew, in their order. */
  async takeReturned(uploads) {
    const [list] = this.form.querySelectorAll("[data-uploads]");
    for (const {key, id, name, preview, isPicture, caption} of uploads) {
      const position = this.next();
      if (id) {
        const item = this.addArrived(list, {id, name, preview, kind: isPicture ? "image" : "file"});
        Object.assign(item, {key, position}).row.take(id, list.dataset.name);
        item.row.caption = caption ?? "";
      } else {
        await files.change(key, {position});
      }
    }
    this.restore();
  }

  async readopt(record) {
    const isShown = () => !this.form.isConnected || this.uploads.items.some((item) => isOf(item, record));
    if (isShown() || this.isOffered(record) || !(await files.adopt(record)) || isShown()) return;
    const list = this.listFor(record);
    if (!list) return;
    const status = await this.statusOf(record);
    if (status === SENT || (record.isSent && status === GONE)) return void files.forget([record.key]);
    /* Whether it was sent is not known: its page is drawn with it again if not. */
    if (record.isSent && !status) return;
    /* It waited for longer than the server keeps it. */
    if (status === GONE) record.made = null;
    if (!(await mend(record))) return void files.forget([record.key]);
    if (isShown()) return;
    this.form.querySelectorAll(`[data-key="${CSS.escape(record.key)}"]`).forEach((drawn) => drawn.remove());
    this.send(list, record, true);
    this.uploads.sort();
  }

  /* A form that makes a ticket is another one each time it is opened: what arrived with it is not for all others. */
  isOffered({made, slot, tab}) {
    return made && tab !== files.tab && !this.listOf(slot);
  }

  /* Each question has files of its own; of one that is gone they stand where the server has drawn them. */
  listFor({key, slot}) {
    const drawn = this.form.querySelector(`[data-uploads] > [data-key="${CSS.escape(key)}"]`);
    const lists = this.form.querySelectorAll("[data-uploads]");
    const only = this.form.dataset.purpose !== ANSWER && lists.length === 1 ? lists[0] : null;
    return this.listOf(slot) ?? drawn?.parentElement ?? only;
  }

  listOf(slot) {
    return [...this.form.querySelectorAll("[data-uploads]")].find((list) => slotOf(list) === slot);
  }

  /* What the server says of a file that arrived; nothing where it does not answer, or of one that has not arrived. */
  async statusOf({made}) {
    const response = made && await get(`${this.form.dataset.uploadUrl}${made.id}/`).catch(() => null);
    return response?.status;
  }

  /* Files that the server has drawn, because they arrived and were not sent. Those of a message that waits stand there. */
  adoptDrawn() {
    const waiting = filesOfMessages();
    this.form.querySelectorAll("[data-uploads] > [data-upload]").forEach((element) => {
      const {upload, key, state} = element.dataset;
      const made = {id: upload, name: element.querySelector(".uploader__name").textContent};
      made.preview = element.querySelector("img")?.getAttribute("src") ?? "";
      made.kind = element.dataset.kind;
      if (waiting.has(key)) element.remove();
      else if (state === "done") this.addArrived(element.parentElement, made, element, key);
      else this.addPart(element, made);
    });
  }

  /* Only a part arrived: where the browser has the rest, it takes the place of this row. */
  addPart(element, {id}) {
    element.querySelector("[data-remove]").addEventListener("click", (event) => {
      event.preventDefault();
      element.remove();
      takeBack(`${this.form.dataset.uploadUrl}${id}/`);
    });
  }

  addArrived(list, made, element = null, key = "") {
    const item = {list, made, key, state: "done", id: made.id, name: made.name, serverPreview: made.preview};
    item.position = this.uploads.items.length;
    const handlers = {
      onRetry: () => {},
      onRemove: () => this.remove(item),
      onMove: (by) => this.move(item, by),
      onCaption: (caption) => this.caption(item, caption),
    };
    item.row = new UploadRow(list, {...made, picture: made.preview}, handlers, element);
    item.row.show("done");
    item.row.onPicture = () => offerDrawing(this, item);
    if (element && made.kind === "image" && made.preview) offerDrawing(this, item);
    this.uploads.items.push(item);
    return item;
  }

  /* After the reader has signed in again in another tab. */
  goOnAfterSignIn() {
    this.uploads.failed.filter((item) => item.isSignedOut).forEach((item) => this.run(item));
  }

  get wouldBeLost() {
    return this.uploads.pending.some((item) => !item.upload.isKept);
  }

  /* A form that has been replaced: the new one goes on with what is kept. */
  stop() {
    this.uploads.items.forEach((item) => item.upload?.isKept && item.upload.stop());
  }

  /* Sending -------------------------------------------------------------------------------------------------------- */

  /* A plain form is sent when its files have arrived; a submit that messenger.js has taken over is prevented by now. */
  async waitFirst(event) {
    const {form, uploads} = this;
    if (event.defaultPrevented) return;
    if (!uploads.isPending && !this.mustStay(event)) return void this.markSent();
    event.preventDefault();
    event.stopImmediatePropagation();
    if (form.hasAttribute("aria-busy")) return;
    if (this.mustStay(event)) return this.tellWhatFailed(event.submitter);
    if (uploads.isCutOff) toast({text: form.querySelector("[data-uploads]").dataset.wait, level: "warning"});
    form.setAttribute("aria-busy", "true");
    await uploads.settled();
    form.removeAttribute("aria-busy");
    if (this.mustStay(event)) this.tellWhatFailed(event.submitter);
    else if (form.isConnected) form.requestSubmit(event.submitter);
  }

  /* If the server no longer has them later, it took them. */
  markSent() {
    this.uploads.arrived.filter(({key}) => key).forEach(({key}) => files.change(key, {isSent: true}));
  }

  /* The reader has to see a refused file before leaving the page, except by going back. */
  mustStay(event) {
    return this.uploads.hasFailed && event.submitter?.value !== "back";
  }

  /* Says which files were refused, whose rows say why, and offers to go on as if they had not been chosen. */
  tellWhatFailed(submitter) {
    const {form, uploads} = this;
    const words = form.querySelector("[data-uploads]").dataset;
    form.querySelector("[data-refused]")?.remove();
    const names = uploads.failed.map((item) => item.name).join(", ");
    const note = toast({text: `${words.failed}: ${names}`, level: "error"});
    note.dataset.refused = "";
    const button = document.createElement("button");
    Object.assign(button, {type: "button", className: "button button--secondary button--sm"});
    button.textContent = uploads.failed.length > 1 ? words.withoutThem : words.without;
    button.addEventListener("click", () => {
      note.remove();
      uploads.failed.forEach((item) => this.remove(item));
      if (form.isConnected) form.requestSubmit(submitter?.isConnected ? submitter : null);
    });
    note.querySelector(".toast__text").append(" ", button);
  }

  /* A message takes its files along; the courier has those that are still on their way. */
  handOver() {
    for (const item of this.uploads.items) {
      const told = item.state === "done" ? null : item.upload.fields();
      if (told) carry(Object.assign(item.upload, {fields: () => told}));
      item.state = "removed";
      item.row.element.remove();
    }
    this.uploads.items = [];
  }
}

function slotOf(list) {
  return list.dataset.slot ?? "";
}

function isOf(item, {key, made}) {
  if (made && item.id === made.id) item.key = key;
  return item.key === key;
}

function hasFiles(event) {
  return [...event.dataTransfer.types].includes("Files");
}

function fail(item, failure) {
  item.isSignedOut = failure.status === SIGNED_OUT;
  const sentence = item.isSignedOut ? item.list.dataset.signedOut : failure.message;
  if (failure.isFinal && UNUSABLE.has(failure.status)) forgetFiles([item.key]);
  show(item, "failed", {sentence, canRetry: !failure.isFinal, canSignIn: item.isSignedOut});
}

function show(item, state, details) {
  if (item.state === "removed") return;
  if (item.row.element.dataset.state !== state) item.row.show(state, details);
  item.state = state;
}
