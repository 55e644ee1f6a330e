/*
 * Drawing on a picture: <dialog class="drawing" data-behaviour="drawing">, which is in the page from the first picture on,
 * so that it works without a network. Who opens it puts {file, name, shapes, caption, onDone, onLeave} at `dialog.wanted`
 * and dispatches "drawing:open". `onDone` gets {file, shapes, caption}, with the drawn picture, or the same file where
 * nothing was drawn; `onLeave` gets {shapes, caption}.
 * One finger, pen or mouse draws, two fingers zoom. In memory is one picture of a bounded size.
 */
import {listen} from "../lib/listen.js";
import {isSeen, paint} from "../lib/strokes.js";

const MOST_PIXELS = 12_000_000;
const QUALITY = 0.9;
const STROKES = 160; /* Of the longer side, how wide a stroke is. */
const LARGEST = 8;

export function connect(dialog) {
  return new Drawing(dialog).start();
}

class Drawing {
  tool = "arrow";
  colour = "--ink-red";
  fingers = new Map();

  constructor(dialog) {
    this.dialog = dialog;
    this.canvas = dialog.querySelector("canvas");
    this.context = this.canvas.getContext("2d");
    this.field = this.part("text");
    this.forget();
  }

  start() {
    const {dialog, canvas} = this;
    const sized = new ResizeObserver(() => this.draw());
    sized.observe(this.part("stage"));
    const stop = listen(
      [dialog, "drawing:open", () => this.open()],
      [dialog, "click", (event) => this.onClick(event)],
      [dialog, "keydown", (event) => this.onKey(event)],
      [dialog, "close", () => this.leave()],
      [this.field, "input", () => this.write()],
      [canvas, "pointerdown", (event) => this.down(event)],
      [canvas, "pointermove", (event) => this.move(event)],
      [canvas, "pointerup", (event) => this.up(event)],
      [canvas, "pointercancel", (event) => this.up(event, false)],
    );
    /* Somebody was faster than this. */
    if (dialog.wanted) this.open();
    return () => { stop(); sized.disconnect(); };
  }

  part(name) {
    return this.dialog.querySelector(`[data-${name}]`);
  }

  /* Opening and leaving ---------------------------------------------------------------------------------------------- */

  async open() {
    const {dialog, canvas} = this;
    const wanted = dialog.wanted;
    this.forget();
    this.wanted = wanted;
    dialog.wanted = null;
    this.shapes = wanted.shapes;
    this.part("words").value = wanted.caption;
    canvas.setAttribute("aria-label", wanted.name);
    canvas.dataset.family = getComputedStyle(dialog).fontFamily;
    this.part("unreadable").hidden = true;
    this.part("stage").setAttribute("aria-busy", "true");
    dialog.showModal();
    this.choose("tool", this.tool);
    this.part("tool").focus();
    const bitmap = await pictureOf(wanted.file).catch(() => null);
    if (this.wanted !== wanted) return void bitmap?.close();
    this.part("unreadable").hidden = bitmap !== null;
    this.part("stage").setAttribute("aria-busy", "false");
    this.bitmap = bitmap;
    if (bitmap) this.unit = Math.max(bitmap.width, bitmap.height) / STROKES;
    this.draw();
  }

  async done() {
    const {wanted, shapes, bitmap, unit} = this;
    const caption = this.part("words").value;
    const seen = shapes.filter((shape) => isSeen(shape, unit));
    const file = seen.length && bitmap ? await drawn(bitmap, seen, unit, wanted.file, this.canvas.dataset.family) : wanted.file;
    if (this.wanted !== wanted) return;
    if (!file) return void (this.part("unreadable").hidden = false);
    this.wanted = null;
    this.dialog.close();
    wanted.onDone({file, shapes: seen, caption});
  }

  /* Nothing is lost by Escape or the way back of a phone. */
  leave() {
    const {wanted, shapes} = this;
    const caption = this.part("words").value;
    this.bitmap?.close();
    this.forget();
    this.canvas.width = this.canvas.height = 0;
    wanted?.onLeave({shapes, caption});
  }

  forget() {
    Object.assign(this, {wanted: null, bitmap: null, shapes: [], history: [], current: null, written: null, unit: 1});
    this.view = {scale: 1, x: 0, y: 0};
    this.fingers.clear();
    this.field.value = "";
  }

  /* Tools ------------------------------------------------------------------------------------------------------------ */

  onClick({target}) {
    const {dataset} = target.closest("button") ?? {};
    if (!dataset) return;
    if (dataset.tool) this.choose("tool", dataset.tool);
    else if (dataset.colour) this.choose("colour", dataset.colour);
    else if (dataset.undo) this.undo();
    else if (dataset.clear) this.change([]);
    else if (dataset.done) this.done();
    else if (dataset.close) this.dialog.close();
  }

  onKey(event) {
    const isUndo = event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey;
    if (!isUndo || event.target.matches("input")) return;
    event.preventDefault();
    this.undo();
  }

  choose(what, value) {
    this[what] = value;
    this.dialog.querySelectorAll(`[data-${what}]`).forEach((each) => {
      each.setAttribute("aria-pressed", String(each.dataset[what] === value));
    });
    this.part("texts").hidden = this.tool !== "text";
    this.written = null;
    this.field.value = "";
    this.draw();
  }

  change(shapes) {
    this.history.push(this.shapes);
    this.shapes = shapes;
    this.draw();
  }

  undo() {
    if (!this.history.length) return;
    this.shapes = this.history.pop();
    this.written = null;
    this.field.value = "";
    this.draw();
  }

  begun(points) {
    const style = getComputedStyle(this.dialog);
    const [colour, edge] = [this.colour, "--ink-edge"].map((name) => style.getPropertyValue(name).trim());
    return {tool: this.tool, colour, edge, points, text: ""};
  }

  /* Text: a tap says where, the field what. */
  place(point) {
    if (this.written && !this.written.text) {
      this.written.points = [point];
    } else {
      const text = this.written ? "" : this.field.value;
      this.written = Object.assign(this.begun([point]), {text});
      this.field.value = text;
      if (text) this.change([...this.shapes, this.written]);
    }
    this.field.focus();
    this.draw();
  }

  write() {
    if (!this.written) return;
    this.written.text = this.field.value;
    if (this.shapes.includes(this.written)) this.draw();
    else this.change([...this.shapes, this.written]);
  }

  /* Pointers --------------------------------------------------------------------------------------------------------- */

  down(event) {
    if (event.button || !this.bitmap || this.isPalm(event)) return;
    event.preventDefault();
    this.canvas.setPointerCapture(event.pointerId);
    /* Ctrl+Z is about what was drawn, no longer about what was typed. */
    this.canvas.focus();
    /* A hand that rests on the screen came before the pen. */
    if (event.pointerType === "pen") this.fingers.clear();
    this.fingers.set(event.pointerId, {at: [event.clientX, event.clientY], type: event.pointerType});
    if (this.fingers.size > 1) Object.assign(this, {current: null, isPinch: true});
    else Object.assign(this, {current: this.begun([this.pointOf(event)]), isPinch: false});
    this.draw();
  }

  isPalm({pointerType}) {
    return pointerType === "touch" && [...this.fingers.values()].some(({type}) => type === "pen");
  }

  move(event) {
    const finger = this.fingers.get(event.pointerId);
    if (!finger) return;
    const before = finger.at;
    finger.at = [event.clientX, event.clientY];
    if (this.isPinch) this.pinch(event.pointerId, before, finger.at);
    else if (this.current?.tool === "line") this.current.points.push(...pointsOf(event).map((each) => this.pointOf(each)));
    else if (this.current) this.current.points[1] = this.pointOf(event);
    this.draw();
  }

  up(event, isMeant = true) {
    if (!this.fingers.delete(event.pointerId) || this.fingers.size) return;
    const {current} = this;
    this.current = null;
    if (current?.tool === "text" && isMeant) this.place(this.pointOf(event));
    else if (current && isMeant && isSeen(current, this.unit)) this.change([...this.shapes, current]);
    this.draw();
  }

  pinch(id, before, now) {
    const [other] = [...this.fingers].filter(([each]) => each !== id).map(([, {at}]) => at);
    if (!other) return;
    const {left, top, width, height} = this.canvas.getBoundingClientRect();
    const middle = [(other[0] + now[0]) / 2 - left - width / 2, (other[1] + now[1]) / 2 - top - height / 2];
    const {view} = this;
    const scale = within(view.scale * (distance(other, now) / Math.max(1, distance(other, before))), 1, LARGEST);
    const share = scale / view.scale;
    const moved = [view.x + (now[0] - before[0]) / 2, view.y + (now[1] - before[1]) / 2];
    const [x, y] = moved.map((at, axis) => middle[axis] - (middle[axis] - at) * share);
    const most = [width, height].map((length) => ((scale - 1) * length) / 2);
    this.view = {scale, x: within(x, -most[0], most[0]), y: within(y, -most[1], most[1])};
  }

  /* In pixels of the picture. */
  pointOf({clientX, clientY}) {
    const {left, top} = this.canvas.getBoundingClientRect();
    const {scale, x, y} = this.placed;
    return [(clientX - left - x) / scale, (clientY - top - y) / scale];
  }

  /* Drawing ---------------------------------------------------------------------------------------------------------- */

  /* How large the picture is on the page, and where its corner is. */
  get placed() {
    const {clientWidth: width, clientHeight: height} = this.part("stage");
    const {bitmap, view} = this;
    const scale = Math.min(width / bitmap.width, height / bitmap.height) * view.scale;
    return {scale, x: width / 2 + view.x - (bitmap.width * scale) / 2, y: height / 2 + view.y - (bitmap.height * scale) / 2};
  }

  draw() {
    this.part("undo").disabled = !this.history.length;
    this.part("clear").disabled = !this.shapes.length;
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.bitmap && this.drawNow());
  }

  drawNow() {
    const {canvas, context, bitmap, unit, current, written} = this;
    const ratio = window.devicePixelRatio || 1;
    const {clientWidth, clientHeight} = this.part("stage");
    Object.assign(canvas, {width: Math.round(clientWidth * ratio), height: Math.round(clientHeight * ratio)});
    const {scale, x, y} = this.placed;
    context.setTransform(scale * ratio, 0, 0, scale * ratio, x * ratio, y * ratio);
    context.drawImage(bitmap, 0, 0);
    const shapes = current && current.points.length > 1 ? [...this.shapes, current] : this.shapes;
    shapes.forEach((shape) => paint(context, shape, unit));
    /* Where the text will stand. */
    if (written && !written.text) paint(context, {...written, text: "|"}, unit);
  }
}

/* With the orientation that its camera noted; a large one as small as can be worked with. */
async function pictureOf(file) {
  const {width, height} = await sizeOf(file);
  const share = Math.min(1, Math.sqrt(MOST_PIXELS / (width * height)));
  const [resizeWidth, resizeHeight] = [width, height].map((each) => Math.max(1, Math.floor(each * share)));
  const smaller = share < 1 ? {resizeWidth, resizeHeight, resizeQuality: "high"} : {};
  return createImageBitmap(file, {imageOrientation: "from-image", ...smaller});
}

/* Its head says it: nothing is decoded for that. */
async function sizeOf(file) {
  const picture = new Image();
  const address = URL.createObjectURL(file);
  try {
    await new Promise((resolve, reject) => {
      Object.assign(picture, {onload: resolve, onerror: reject, src: address});
    });
    return {width: picture.naturalWidth, height: picture.naturalHeight};
  } finally {
    URL.revokeObjectURL(address);
  }
}

/* What is sharp without loss stays so. */
async function drawn(bitmap, shapes, unit, file, family) {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, {width: bitmap.width, height: bitmap.height});
  canvas.dataset.family = family;
  const context = canvas.getContext("2d");
  const type = file.type === "image/png" ? file.type : "image/jpeg";
  context.drawImage(bitmap, 0, 0);
  shapes.forEach((shape) => paint(context, shape, unit));
  const made = await new Promise((resolve) => canvas.toBlob(resolve, type, QUALITY));
  canvas.width = canvas.height = 0;
  const name = type === file.type ? file.name : `${file.name.replace(/\.[^.]*$/, "")}.jpg`;
  return made && new File([made], name, {type});
}

/* All that the pen went through since the last event. */
function pointsOf(event) {
  const all = event.getCoalescedEvents?.() ?? [];
  return all.length ? all : [event];
}

function distance([x, y], [left, top]) {
  return Math.hypot(x - left, y - top);
}

function within(value, least, most) {
  return Math.min(most, Math.max(least, value));
}
