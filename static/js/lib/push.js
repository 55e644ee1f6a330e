/*
 * This browser as one that takes push notifications: await subscribe(key), await leave(). Who it belongs to is kept in
 * localStorage, because another person may sign in here: an id of a person, or CODE_USER.
 */
import {post} from "./request.js";

export const CODE_USER = "code";
const WORKER = "/service-worker.js";
const OWNER = "push.owner";
const ENDPOINT = "push.endpoint";

export function canPush() {
  return "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
}

/* On iPhones and iPads only what was added to the home screen may push. */
export function mustInstall() {
  const isApple = /iPhone|iPad|iPod/.test(navigator.userAgent)
    || (navigator.platform === "MacIntel" && navigator.maxTouchPoints > 1);
  return isApple && !navigator.standalone && !matchMedia("(display-mode: standalone)").matches;
}

export function ownerOf() {
  return kept(() => localStorage.getItem(OWNER));
}

/* The one that the server was told last. */
export function knownAddress() {
  return kept(() => localStorage.getItem(ENDPOINT));
}

export function own(owner, subscription) {
  kept(() => localStorage.setItem(OWNER, owner));
  kept(() => localStorage.setItem(ENDPOINT, subscription.endpoint));
}

export async function currentSubscription() {
  const found = await navigator.serviceWorker.getRegistration("/");
  return await found?.pushManager.getSubscription() ?? null;
}

/* With the key of this server; one that was made with another key is of no use any more. */
export async function subscribe(key) {
  await navigator.serviceWorker.register(WORKER);
  const {pushManager} = await navigator.serviceWorker.ready;
  const found = await pushManager.getSubscription();
  if (found && isMadeWith(found, key)) return found;
  await found?.unsubscribe();
  return pushManager.subscribe({userVisibleOnly: true, applicationServerKey: bytesOf(key)});
}

export function isMadeWith(subscription, key) {
  const {applicationServerKey: used} = subscription.options;
  /* Some browsers do not say. */
  return !used || String(new Uint8Array(used)) === String(bytesOf(key));
}

/* Sends what the server needs to push to this browser; resolves to the response. */
export function send(url, subscription, more = {}) {
  const {endpoint, keys} = subscription.toJSON();
  return post(url, formOf({endpoint, p256dh: keys.p256dh, auth: keys.auth, ...more}));
}

/* Takes nothing any more, and shows nothing that it took. */
export async function leave() {
  const subscription = await currentSubscription();
  kept(() => localStorage.removeItem(OWNER));
  kept(() => localStorage.removeItem(ENDPOINT));
  await Promise.all([subscription?.unsubscribe(), closeShown(() => true)]);
  return subscription;
}

export function formOf(fields) {
  const form = new FormData();
  Object.entries(fields).forEach(([name, value]) => form.append(name, value));
  return form;
}

/* Closes those notifications on the lock screen whose ticket the condition picks out. */
export async function closeShown(isOver) {
  if (!canPush()) return;
  const found = await navigator.serviceWorker.getRegistration("/");
  const shown = await found?.getNotifications() ?? [];
  shown.filter(({data}) => isOver(data?.ticket)).forEach((each) => each.close());
}

function bytesOf(key) {
  const text = atob(key.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (each) => each.charCodeAt(0));
}

/* A browser that keeps nothing for us throws. */
function kept(act) {
  try {
    return act();
  } catch {
    return null;
  }
}
