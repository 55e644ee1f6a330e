/*
 * Shows what the server pushes, and takes it away again. And shows the assistant of a device without a network, from what
 * keep-help.js keeps in the cache "help:<device>"; of the rest of the product nothing is kept.
 * A message is {title, body, url, tag, ticket, urgent, count, at, sent, unread}; `unread` names the tickets of which
 * there was something unread when it was sent, or is null where nobody knows.
 */

const ICON = "/icons/icon-192.png";
const BADGE = "/icons/badge-96.png";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", answer);
self.addEventListener("push", (event) => event.waitUntil(show(read(event.data))));
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data?.url || "/"));
});
self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event)));

/* A browser takes its permission away from pages that show nothing. */
function read(data) {
  try {
    return data.json();
  } catch {
    return {title: "Fleetdesk", body: "", tag: "fleetdesk", unread: null};
  }
}

async function show(message) {
  await self.registration.showNotification(message.title, {
    body: message.body,
    tag: message.tag,
    renotify: true,
    requireInteraction: Boolean(message.urgent),
    timestamp: message.at,
    icon: ICON,
    badge: BADGE,
    data: {url: message.url, ticket: message.ticket, sent: message.sent},
  });
  if (!message.unread) return;
  const shown = await self.registration.getNotifications();
  /* Messages may overtake each other: what was sent later is none of this one's business. */
  const isRead = ({data}) => data?.sent < message.sent && !message.unread.includes(data.ticket);
  shown.filter(isRead).forEach((each) => each.close());
  await self.navigator.setAppBadge?.(message.unread.length)?.catch(() => null);
}

/* A page of the ticket that is open already is up to date; another one may hold a text that is not sent. */
async function open(address) {
  const {origin, pathname} = new URL(address, self.location.origin);
  if (origin !== self.location.origin) return null;
  const windows = await self.clients.matchAll({type: "window", includeUncontrolled: true});
  const same = windows.find((each) => new URL(each.url).pathname === pathname);
  return same ? same.focus() : self.clients.openWindow(address);
}

/* Where the browser does not say what was before, the next page of ours tells the server. */
async function renew({oldSubscription, newSubscription}) {
  if (!oldSubscription) return;
  const fresh = newSubscription || await self.registration.pushManager.subscribe(oldSubscription.options);
  const body = JSON.stringify({old_endpoint: oldSubscription.endpoint, ...fresh.toJSON()});
  await fetch("/push/devices/renew/", {method: "POST", body, headers: {"Content-Type": "application/json"}});
}

const DEVICE = /^\/d\/([-\w]+)\/(?:help\/(?:([-\w]+)\/)?)?$/;
const FILE = /^\/d\/([-\w]+)\/help\/files\/[-0-9a-f]+\/(?:poster\/)?$/;
const GONE = [403, 404];

function answer(event) {
  const {request} = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  const page = DEVICE.exec(address.pathname);
  const file = FILE.exec(address.pathname);
  if (page && (request.mode === "navigate" || request.headers.has("HX-Request"))) {
    event.respondWith(devicePage(request, address, page[1], page[2]));
  } else if (file && !request.headers.has("Range")) {
    event.respondWith(picture(request, file[1]));
  } else if (address.pathname.startsWith("/static/")) {
    event.respondWith(fetch(request).catch(async (error) => {
      const kept = await caches.match(request.url);
      if (!kept) throw error;
      return kept;
    }));
  }
}

/* With a network always the newest; a device that may not be opened any more leaves nothing behind. */
async function devicePage(request, address, device, key) {
  try {
    const response = await fetch(request);
    if (GONE.includes(response.status)) await caches.delete(`help:${device}`);
    return response;
  } catch (error) {
    const kept = address.pathname.includes("/help/") && await keptHelp(device);
    if (!kept) throw error;
    return offlinePage(kept, address, key);
  }
}

async function keptHelp(device) {
  const response = await caches.match(`/d/${device}/help/bundle/`);
  return response && {bundle: await response.json(), policy: response.headers.get("Content-Security-Policy")};
}

function offlinePage({bundle, policy}, address, wanted) {
  const key = wanted in bundle.elements ? wanted : bundle.start;
  const {title, html, is_end: isEnd} = bundle.elements[key];
  const {search, end, foot} = bundle.parts;
  const words = address.searchParams.get("q") ?? "";
  const shown = {
    title: escaped(title),
    key,
    search: key === bundle.start ? search.replace("%results%", () => results(bundle, address, words)) : "",
    end: isEnd ? end : "",
    foot: key === bundle.start ? "" : foot,
    element: html,
  };
  /* All at once, and not what is put in: an editor may write such a mark, too. */
  const page = bundle.frame.replace(/%(title|key|search|end|foot|element)%/g, (_mark, name) => shown[name]);
  const headers = {"Content-Type": "text/html; charset=utf-8", ...(policy && {"Content-Security-Policy": policy})};
  return new Response(page, {headers});
}

/* As the server finds: every word, in any spelling. */
function results(bundle, address, words) {
  const wanted = folded(words).split(" ").filter(Boolean);
  if (!wanted.length) return "";
  const found = bundle.searchable.filter((key) => {
    const text = folded(bundle.elements[key].find);
    return wanted.every((word) => text.includes(word));
  });
  const start = address.pathname.replace(/help\/.*$/, "help/");
  const line = (key) => `<li><a href="${start}${key}/">${escaped(bundle.elements[key].title)}</a></li>`;
  if (!found.length) return `<p>${escaped(bundle.nothing)}</p>`;
  return `<ul class="help-found">${found.map(line).join("")}</ul>`;
}

/* As config/common/text.py folds. */
function folded(text) {
  const bare = text.normalize("NFKC").toLowerCase().replace(/ß/g, "ss").replace(/æ/g, "ae").replace(/œ/g, "oe")
    .replace(/ø/g, "o").normalize("NFKD").replace(/\p{M}/gu, "");
  return bare.replace(/([aou])e/g, "$1").split(/\s+/).filter(Boolean).join(" ");
}

function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

/* It never changes; one that was seen is kept where the device's assistant is. */
async function picture(request, device) {
  const name = `help:${device}`;
  const kept = await caches.match(request.url);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.status === 200 && response.headers.get("Content-Type")?.startsWith("image/") && await caches.has(name)) {
    const cache = await caches.open(name);
    await cache.put(request.url, response.clone());
  }
  return response;
}
