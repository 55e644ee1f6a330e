/*
 * The texts that were typed into the forms of this tab. A form that was sent counts as saved when one of our pages comes
 * from the form's page by a way other than Back. Refusals and the sign-in page do not count: nothing was saved.
 */
import {postHeaders} from "./request.js";

const PREFIX = "typed.";
/* Where the server keeps what was typed into a ticket: keep-text.js. */
const KEPT_AT = /^\/[\w/-]+\/tickets\/\d+\/unsent\/\?[\w=&]+$/;

export function remember(name, values, isSent) {
  try {
    sessionStorage.setItem(PREFIX + name, JSON.stringify({values, isSent, page: here()}));
  } catch {
    /* Without storage the browser still sends. */
  }
}

export function recall(name) {
  return read(PREFIX + name)?.values ?? null;
}

export function forget(name) {
  remove(PREFIX + name);
}

export function forgetAnswered() {
  if (navigationType() === "back_forward") return;
  const answered = keys().filter((key) => isAnswered(read(key)));
  answered.forEach((key) => (document.body.classList.contains("bare") ? keepUnsent(key) : remove(key)));
}

/* Whether the browser may have filled in the forms of this page as they were when it was left. */
export function mayBeRefilled() {
  return navigationType() !== "navigate";
}

/*
 * Texts that are kept under names: places of this tab, as above, and of messages that wait in `messages.…` (outbox.js).
 * Of places that are joined by "|" the first one that has a text counts.
 */
export function textsOf(names) {
  return names.split(" ").map((each) => each.split("|").map(textOf).find(Boolean)).filter(Boolean);
}

export function forgetTexts(names) {
  names.split(/[ |]/).forEach(forgetText);
}

function textOf(name) {
  if (isWaiting(name)) return read(name, localStorage)?.draft ?? "";
  return read(name)?.values?.find(([field]) => field === "text" || field === "comment")?.[1]?.trim() ?? "";
}

/* Messages that wait to be sent stay: they are shown, and discarded, one by one. */
function forgetText(name) {
  if (KEPT_AT.test(name)) {
    fetch(name, {method: "DELETE", headers: postHeaders(), credentials: "same-origin", keepalive: true}).catch(() => null);
    return;
  }
  const queue = isWaiting(name) ? read(name, localStorage)?.queue ?? [] : [];
  if (queue.length) localStorage.setItem(name, JSON.stringify({queue}));
  else remove(name, isWaiting(name) ? localStorage : sessionStorage);
}

function isWaiting(name) {
  return name.startsWith("messages.");
}

function navigationType() {
  return performance.getEntriesByType("navigation")[0]?.type;
}

/* A browser that sends no referrer counts as coming from the form: a text that was saved must not be offered again. */
function isAnswered(kept) {
  return Boolean(kept?.isSent) && (!document.referrer || document.referrer === kept.page);
}

function here() {
  return location.href.split("#")[0];
}

function keepUnsent(key) {
  remember(key.slice(PREFIX.length), read(key).values, false);
}

function keys() {
  try {
    return Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX));
  } catch {
    return [];
  }
}

function read(key, storage = sessionStorage) {
  try {
    return JSON.parse(storage.getItem(key));
  } catch {
    return null;
  }
}

function remove(key, storage = sessionStorage) {
  try {
    storage.removeItem(key);
  } catch {
    /* As above. */
  }
}
