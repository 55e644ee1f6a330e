/*
 * Files that were chosen and have not been sent, kept with their bytes in the browser's database until they are:
 * {key, owner, isSignedIn, place, slot, position, file, caption, replaces, isReady, made, isSent, page, at}. `place` is
 * the form that they were chosen in, `replaces` the ids of what they take the place of at the server, `isReady` that the file
 * is as it travels, `made` what the server made of one that arrived, `isSent` that its form was sent, `page` and `tab` where
 * it is. A recording that is being made has no file yet, but `parts`: records of their own, under keys that begin with its
 * key. Nothing here fails: where the browser keeps nothing, in a private window or on a full disk, the answer is false or
 * nothing.
 */
import {FILES, newKey} from "./keys.js";

const STORE = "files";
/* The server keeps what arrived of a file no longer. */
const LONGEST = 3 * 24 * 60 * 60 * 1_000;
/* A browser whose database does not answer must not hold up an upload. */
const PATIENCE = 5_000;
/* Where the browser does not say how much room there is. */
const SURELY_FITS = 50_000_000;

const page = newKey();
export const tab = tabOfReader();
let opened = null;
let isHeld = false;

export async function keep(record) {
  holdPage();
  if (!(await hasRoom(record.file?.size ?? 0))) return false;
  return Boolean(await inStore("readwrite", (store) => store.put({...record, page, tab, at: Date.now()})));
}

/* Changes what is kept, and adds nothing; returns whether it was there. */
export async function change(key, fields) {
  let isThere = false;
  await inStore("readwrite", (store) => {
    const found = store.get(key);
    found.onsuccess = () => {
      isThere = found.result !== undefined;
      if (isThere) store.put({...found.result, ...fields});
    };
  });
  return isThere;
}

export function kept(key) {
  return inStore("readonly", (store) => store.get(key));
}

export async function keptAll() {
  return (await inStore("readonly", (store) => store.getAll())) ?? [];
}

/* `part` is {bytes, peaks}; they stay in the order of their numbers. */
export function keepPart({key, owner, isSignedIn}, number, part) {
  const own = `${key}/${String(number).padStart(6, "0")}`;
  return inStore("readwrite", (store) => store.put({...part, key: own, owner, isSignedIn, at: Date.now()}));
}

export async function partsOf(key) {
  return (await inStore("readonly", (store) => store.getAll(belowOf(key)))) ?? [];
}

export function forgetParts(key) {
  return inStore("readwrite", (store) => store.delete(belowOf(key)));
}

export function forget(keys) {
  return inStore("readwrite", (store) => keys.forEach((key) => [key, belowOf(key)].forEach((each) => store.delete(each))));
}

export function isOld(record) {
  return Date.now() - record.at > LONGEST;
}

/* Resolves as soon as no other page has the file in its form. Without Web Locks nobody knows, and it has none. */
export async function isFree(record) {
  if (record.page !== page && navigator.locks) await navigator.locks.request(`page.${record.page}`, () => null);
}

/* Takes a kept file into this page; false if another one was faster or it has been sent meanwhile. */
export async function adopt(record) {
  holdPage();
  let isMine = false;
  await inStore("readwrite", (store) => {
    const found = store.get(record.key);
    found.onsuccess = () => {
      isMine = found.result?.page === record.page;
      if (isMine) store.put({...found.result, page});
    };
  });
  return isMine;
}

/* The same after a reload. */
function tabOfReader() {
  try {
    sessionStorage.setItem("tab", sessionStorage.getItem("tab") ?? newKey());
    return sessionStorage.getItem("tab");
  } catch {
    return newKey();
  }
}

/* Held for as long as this page is there, however it ends. */
function holdPage() {
  if (!isHeld) navigator.locks?.request(`page.${page}`, () => new Promise(() => {}));
  isHeld = true;
}

function belowOf(key) {
  return IDBKeyRange.bound(`${key}/`, `${key}/\uffff`);
}

async function hasRoom(size) {
  const {quota, usage} = await navigator.storage?.estimate?.().catch(() => null) ?? {};
  return quota === undefined ? size <= SURELY_FITS : quota - usage > 2 * size;
}

function inStore(mode, act) {
  const late = new Promise((resolve) => { setTimeout(resolve, PATIENCE, null); });
  return Promise.race([work(mode, act).catch(() => null), late]);
}

async function work(mode, act) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE, mode);
    const request = act(transaction.objectStore(STORE));
    transaction.oncomplete = () => resolve(mode === "readonly" ? request.result : true);
    transaction.onabort = () => reject(transaction.error);
  });
}

function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(FILES, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, {keyPath: "key"});
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const database = request.result;
      /* Another page deletes it, because the reader signs out. */
      database.onversionchange = () => { database.close(); opened = null; };
      database.onclose = () => { opened = null; };
      resolve(database);
    };
  });
  opened.catch(() => { opened = null; });
  return opened;
}
