/*
 * What was typed into forms of this tab. A form that was sent counts as answered when one of our pages arrives from the
 * page where it stood, by a way other than Back; pages of refusals and of sign-in are no answer: nothing was saved.
 */
const PREFIX = "typed.";

export function remember(name, values, isSent) {
  try {
    sessionStorage.setItem(PREFIX + name, JSON.stringify({values, isSent, page: here()}));
  } catch {
    /* A browser without storage still sends. */
  }
}

export function recall(name) {
  return read(PREFIX + name)?.values ?? null;
}

export function forget(name) {
  remove(PREFIX + name);
}

export function forgetAnswered() {
  const [navigation] = performance.getEntriesByType("navigation");
  if (navigation?.type === "back_forward") return;
  const answered = keys().filter((key) => isAnswered(read(key)));
  answered.forEach(document.body.classList.contains("bare") ? keepUnsent : remove);
}

/* A browser that hides where it comes from is believed: what was sent must not be offered again. */
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

function read(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key));
  } catch {
    return null;
  }
}

function remove(key) {
  try {
    sessionStorage.removeItem(key);
  } catch {
    /* As above. */
  }
}
