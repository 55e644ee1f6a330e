/*
 * Keeps the push notifications of this browser those of the person who is signed in: <div data-behaviour="push"
 * data-owner="7" data-key="BPx…" data-renew-url="/push/devices/renew/" data-leave-url="/push/devices/leave/"
 * data-unread-url="/push/unread/" data-sign-out-url="/accounts/logout/" data-bound></div>. With data-bound the session
 * knows the browser. What was read anywhere goes from the lock screen; after signing out this browser takes nothing.
 */
import {listen} from "./listen.js";
import {follow} from "./live.js";
import {
  canPush, closeShown, CODE_USER, currentSubscription, formOf, isMadeWith, knownAddress, leave, own, ownerOf, send, subscribe,
} from "./push.js";
import {post} from "./request.js";

const LONGEST_WAIT = 2_000;

export function keepPush(element) {
  const {owner, key, renewUrl, leaveUrl, unreadUrl, signOutUrl} = element.dataset;
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
    const before = knownAddress() || subscription.endpoint;
    if (!isMadeWith(subscription, key)) subscription = await subscribe(key);
    if (!isBound || before !== subscription.endpoint) {
      const response = await send(renewUrl, subscription, {old_endpoint: before});
      if (response.ok) own(owner, subscription);
    }
    isOurs = true;
    await tidy();
  }

  async function tidy() {
    if (!isOurs) return;
    const {endpoint} = await currentSubscription() ?? {};
    const response = endpoint && await post(unreadUrl, formOf({endpoint}));
    if (!response?.ok) return;
    const {tickets, is_known: isKnown} = await response.json();
    if (!isKnown) {
      /* It was removed from the list of the person's browsers, and must not come back by itself. */
      isOurs = false;
      await leave();
      return;
    }
    await closeShown((ticket) => ticket && !tickets.includes(ticket));
    if (tickets.length) await navigator.setAppBadge?.(tickets.length);
    else await navigator.clearAppBadge?.();
  }

  /* The server forgets the browser by its session in any case. */
  async function onSubmit(event) {
    const form = event.target;
    if (!isOurs || new URL(form.action).pathname !== signOutUrl) return;
    event.preventDefault();
    const wait = new Promise((resolve) => { setTimeout(resolve, LONGEST_WAIT); });
    await Promise.race([leave().catch(() => null), wait]);
    form.submit();
  }

  const quietly = (act) => act().catch(() => null);
  quietly(keep);
  const silence = listen([document, "submit", onSubmit]);
  const stop = follow(`person.${owner}`, (hint) => {
    if (hint.event === "read" || hint.kind === "again") quietly(tidy);
  });
  return () => { stop(); silence(); };
}
