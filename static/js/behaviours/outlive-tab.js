/*
 * Keeps what is typed into a form beyond its tab, which keep-unsent.js does not: <form data-behaviour="keep-unsent
 * outlive-tab" data-person="7">, with a hidden [data-left] that says so and has a button [data-part=discard]. Who opens the
 * form again finds what a killed tab left, once, for a day and a half, as files are. What stands in a page that is open
 * stays there: each holds a Web Lock.
 */
import {isChanged} from "../lib/fields.js";
import {newKey} from "../lib/keys.js";
import {listen} from "../lib/listen.js";
import {forget, recall} from "../lib/unsent.js";
import {fieldsOf, fill, nameOf, valuesOf} from "./keep-unsent.js";

const PREFIX = "left.";
const KEPT_FOR = 36 * 3_600_000;

export function connect(form) {
  if (!navigator.locks || !form.dataset.person) return null;
  const name = nameOf(form);
  const key = `${PREFIX}${newKey()}`;
  const isRefused = Boolean(form.querySelector("[aria-invalid=true]"));
  let release = null;
  const keep = () => write(key, {name, values: valuesOf(form, isRefused), at: Date.now()});
  navigator.locks.request(key, () => new Promise((done) => { release = done; }));
  takeLeft(form, name).then((isTaken) => { if (isTaken || recall(name)) keep(); });
  const discard = form.querySelector("[data-left] [data-part=discard]");
  const silence = listen(
    [form, "input", keep],
    [form, "change", keep],
    [form, "submit", (event) => { if (!event.defaultPrevented) write(key, null); }],
    [form, "reset", () => write(key, null)],
    [discard, "click", () => { forget(name); write(key, null); location.assign(location.href); }],
  );
  return () => { silence(); release?.(); };
}

/* The newest of those that no page has; what is too old, or of somebody else, goes. */
async function takeLeft(form, name) {
  const {held} = await navigator.locks.query();
  const isOpen = new Set(held.map((lock) => lock.name));
  const left = entries().filter(([key]) => !isOpen.has(key));
  const isMine = ([, entry]) => entry?.name === name && entry.at > Date.now() - KEPT_FOR;
  const [writer] = name.split(".");
  left.filter(([, entry]) => !isFresh(entry, writer)).forEach(([key]) => write(key, null));
  const [newest] = left.filter(isMine).sort((a, b) => b[1].at - a[1].at);
  if (!newest || recall(name) || fieldsOf(form).some(isChanged)) return false;
  const [key, {values}] = newest;
  fill(fieldsOf(form), values);
  write(key, null);
  const said = form.querySelector("[data-left]");
  said.hidden = said.querySelector("[data-part=discard]").hidden = false;
  return true;
}

function isFresh(entry, writer) {
  return entry?.name.startsWith(`${writer}.`) && entry.at > Date.now() - KEPT_FOR;
}

function entries() {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)).map((key) => [key, read(key)]);
  } catch {
    return [];
  }
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function write(key, entry) {
  try {
    if (entry) localStorage.setItem(key, JSON.stringify(entry));
    else localStorage.removeItem(key);
  } catch {
    /* The tab keeps it. */
  }
}
