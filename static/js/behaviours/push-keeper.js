/*
 * Keeps the push notifications of this browser those of the person who is signed in: <div data-behaviour="push-keeper"
 * data-owner="7" data-key="BPx…" data-url="/push/devices/" data-leave-url="/push/devices/leave/"
 * data-unread-url="/push/unread/" data-bound></div>. With data-bound the session knows the browser. What was read
 * anywhere goes from the lock screen.
 */
import {follow} from "../lib/live.js";
import {
  canPush, closeShown, CODE_USER, currentSubscription, formOf, isMadeWith, knowsAddress, leave, own, ownerOf, send, subscribe,
} from "../lib/push.js";
import {get, post} from "../lib/request.js";

export function connect(element) {
  const {owner, key, url, leaveUrl, unreadUrl} = element.dataset;
  const isBound = "bound" in element.dataset;
  let isOurs = false;

  async function keep() {
    if (!canPush() || Notification.permission !== "granted") return;
    let subscription = await currentSubscription();
    if (!subscription || ownerOf() === CODE_USER) return;
    if (ownerOf() !== owner) {
      /* Somebody else signed in here, and what was pushed to the one before must not show any more. */
      await post(leaveUrl, formOf({endpoint: subscription.endpoint}));
      await leave();
      return;
    }
    isOurs = true;
    const isUsable = isMadeWith(subscription, key);
    if (!isUsable) subscription = await subscribe(key);
    if (!isBound || !isUsable || !knowsAddress(subscription)) {
      const response = await send(url, subscription);
      if (response.ok) own(owner, subscription);
    }
    await tidy();
  }

  async function tidy() {
    if (!isOurs) return;
    const response = await get(unreadUrl);
    if (!response.ok) return;
    const {tickets} = await response.json();
    await closeShown((ticket) => ticket && !tickets.includes(ticket));
    if (tickets.length) await navigator.setAppBadge?.(tickets.length);
    else await navigator.clearAppBadge?.();
  }

  const quietly = (act) => act().catch(() => null);
  quietly(keep);
  return follow(`person.${owner}`, (hint) => {
    if (hint.event === "read" || hint.kind === "again") quietly(tidy);
  });
}
