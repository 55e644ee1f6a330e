/*
 * A recording that is being made, of which the browser keeps each part at once, so that a crash takes a second or two:
 * const recording = new Recording(record, take) with the record of kept-files.js without its file. begin(name, type), add(bytes,
 * peaks) for each part, finish(milliseconds) makes the file, use() gives it to its form by take(record), drop() forgets it,
 * and leave() lets another page or form have it.
 * `sound` of a record is {duration, peaks}: milliseconds, and how loud its parts are, from 0 to 1.
 */
import {change, forget, forgetParts, keep, keepPart, partsOf} from "./kept-files.js";

const PEAKS = 64;
/* Those that this page is making: no other form takes them. */
const running = new Set();

export class Recording {
  constructor(record, take) {
    Object.assign(this, {record, take});
    this.parts = [];
    this.peaks = [];
    running.add(record.key);
  }

  /* What a file is called that is restored later has to be known from the beginning. */
  begin(name, type) {
    Object.assign(this.record, {name, type, parts: true});
    this.stored = keep(this.record);
  }

  async add(bytes, peaks) {
    const number = this.parts.push(bytes);
    this.peaks.push(...peaks);
    await this.stored;
    if (running.has(this.record.key)) keepPart(this.record, number, {bytes, peaks});
  }

  finish(duration) {
    Object.assign(this.record, fileOf(this.record, this.parts, {duration, peaks: fewer(this.peaks)}));
  }

  async use() {
    const {key} = this.record;
    await this.stored;
    const item = this.take(this.record);
    if (!item) return void this.leave();
    running.delete(key);
    if (await item.upload.stored) forgetParts(key);
  }

  async drop() {
    const {key} = this.record;
    await this.stored;
    running.delete(key);
    forget([key]);
  }

  /* What stands in the place of a form that was replaced asks for it. */
  leave() {
    running.delete(this.record.key);
    document.dispatchEvent(new CustomEvent("uploads:left"));
  }
}

/* Whether it may be taken into a form; always for files that were chosen. */
export function isOver({key}) {
  return !running.has(key);
}

/* Makes the file of a recording that ended with its page; false if nothing of it was kept. */
export async function mend(record) {
  if (!record.parts) return true;
  const parts = await partsOf(record.key);
  if (!parts.length) return false;
  const sound = {duration: 1_000 * parts.length, peaks: fewer(parts.flatMap(({peaks}) => peaks))};
  Object.assign(record, fileOf(record, parts.map(({bytes}) => bytes), sound));
  await change(record.key, record);
  forgetParts(record.key);
  return true;
}

function fileOf({name, type}, parts, sound) {
  return {file: new File(parts, name, {type}), sound, parts: false};
}

/* The loudest of each part, as many as the server draws. */
function fewer(peaks) {
  const size = Math.max(1, peaks.length / PEAKS);
  const count = Math.min(PEAKS, peaks.length);
  return Array.from({length: count}, (_each, place) => Math.max(...peaks.slice(Math.floor(place * size), Math.ceil((place + 1) * size))));
}
