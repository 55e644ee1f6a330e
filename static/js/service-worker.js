/*
 * Shows what the server pushes, and takes it away again. It keeps no pages: without a network nothing of ours is shown.
 * A message is {title, body, url, tag, ticket, urgent, count, at, sent, unread}; `unread` names the tickets of which
 * there was something unread when it was sent, or is null where nobody knows.
 */

const ICON = "/icons/icon-192.png";
const BADGE = "/icons/badge-96.png";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
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
