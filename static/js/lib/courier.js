/*
 * Brings the files of waiting messages to the server, each once at a time: await bring({key, name}, {address, purpose, ears})
 * returns what the server made of it, or throws a Refusal. They are read from what the browser keeps, unless carry() was
 * given one that is on its way from a form.
 */
import {forget as forgetKept, kept} from "./kept-files.js";
import {Refusal, takeBack} from "./tus.js";
import {Upload} from "./upload.js";

const carried = new Map();

export function carry(upload) {
  carried.set(upload.key, upload);
  upload.result.catch(() => null).then(() => carried.get(upload.key) === upload && carried.delete(upload.key));
}

/* `position` is its place in the message, `gone` the sentence for a file that the browser no longer has. */
export async function bring({key, name}, {address, purpose, position, gone, ears}) {
  if (!carried.has(key)) {
    const record = await kept(key);
    if (!record) throw new Refusal(`${gone} (${name})`, true);
    const upload = new Upload(record, {address, fields: () => ({purpose, slot: record.slot, position: String(position)})}, true);
    upload.run();
    carry(upload);
  }
  const upload = carried.get(key);
  upload.ears = ears;
  upload.wake();
  return upload.result;
}

export async function fileOf(key) {
  return carried.get(key)?.record.file ?? (await kept(key))?.file;
}

export function forget(keys) {
  return forgetKept(keys);
}

/* Ends those on their way, and deletes those that are there. */
export function cancel(keys, addresses) {
  keys.forEach((key) => carried.get(key)?.cancel());
  addresses.forEach(takeBack);
  return forgetKept(keys);
}
