/*
 * Counts which elements of an assistant were of use: <div data-behaviour="help-counts" data-counts-url="/d/…/help/counts/"
 * data-key="5f1c…">. Each element counts as seen once a visit. What happens without a network is kept and sent later;
 * there [data-helped] says that an element helped, and is answered by data-thanks.
 */
import {listen} from "../lib/listen.js";
import {post} from "../lib/request.js";

const WAITING = "help.counts";
const SEEN = "help.seen.";
const MOST_WAITING = 50;

export function connect(element) {
  const {countsUrl: url, key, thanks} = element.dataset;
  /* Employees count nowhere. */
  if (!url) return null;
  if (isNew(url + key)) add(url, "seen", key);
  send();
  return listen([window, "online", send], [element, "click", (event) => {
    const helped = event.target.closest("[data-helped]");
    if (!helped) return;
    add(url, "helped", key);
    const words = document.createElement("p");
    words.setAttribute("role", "status");
    words.textContent = thanks;
    helped.replaceWith(words);
  }]);
}

/* Going back to an element, or loading it again, is no second look. */
function isNew(name) {
  try {
    if (sessionStorage.getItem(SEEN + name)) return false;
    sessionStorage.setItem(SEEN + name, "1");
  } catch {
    /* A browser that keeps nothing for us. */
  }
  return true;
}

function add(url, what, key) {
  keep([...waiting(), {url, what, key}].slice(-MOST_WAITING));
}

async function send() {
  /* A page that was kept has no token of a form. */
  if (!navigator.onLine || !JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"]) return;
  const all = waiting();
  keep([]);
  for (const url of new Set(all.map((each) => each.url))) {
    const mine = all.filter((each) => each.url === url);
    const form = new FormData();
    for (const what of ["seen", "helped"]) {
      form.append(what, mine.filter((each) => each.what === what).map((each) => each.key).join("."));
    }
    /* An answer of any kind is the end of it: a device that may not be opened any more takes no counts. */
    await post(url, form).catch(() => keep([...mine, ...waiting()].slice(-MOST_WAITING)));
  }
}

function waiting() {
  try {
    return JSON.parse(localStorage.getItem(WAITING)) ?? [];
  } catch {
    return [];
  }
}

function keep(counts) {
  try {
    if (counts.length) localStorage.setItem(WAITING, JSON.stringify(counts));
    else localStorage.removeItem(WAITING);
  } catch {
    /* A browser that keeps nothing for us. */
  }
}
