/*
 * Lets the reader switch notifications on and off in this browser: <section data-behaviour="push" data-key="BPx…"
 * data-owner="7" data-on-url="/push/devices/" data-off-url="/push/devices/leave/" data-failed="…" hidden>. It shows one
 * of its parts [data-state]: offer, on, denied, install; nothing where the browser cannot push. With data-is-on the server
 * knows this browser. With data-dismissible it only offers, until it is dismissed. The browser asks for its permission
 * after a click only.
 */
import {listen} from "./listen.js";
import {canPush, currentSubscription, formOf, leave, mustInstall, own, ownerOf, send, subscribe} from "./push.js";
import {post, refusalOf} from "./request.js";
import {toast} from "./toast.js";

const DISMISSED = "push.dismissed";

export function switchPush(element) {
  const {key, owner, onUrl, offUrl, failed} = element.dataset;
  const canDismiss = "dismissible" in element.dataset;
  const buttons = [...element.querySelectorAll("[data-part]")];
  const states = [...element.querySelectorAll("[data-state]")];
  let isOn = "isOn" in element.dataset;
  let isDone = false;

  async function state() {
    if (mustInstall()) return "install";
    if (!canPush()) return "";
    if (Notification.permission === "denied") return "denied";
    const subscription = Notification.permission === "granted" ? await currentSubscription() : null;
    return subscription && isOn && ownerOf() === owner ? "on" : "offer";
  }

  async function draw() {
    const now = await state();
    const isHidden = !now || (canDismiss && !isDone && (!["offer", "install"].includes(now) || isDismissed()));
    states.forEach((each) => { each.hidden = each.dataset.state !== now; });
    element.hidden = isHidden;
  }

  /* The question must follow the click at once: Safari asks after nothing else. */
  async function switchOn() {
    const permission = await Notification.requestPermission();
    if (permission !== "granted") return draw();
    const subscription = await subscribe(key);
    await accepted(await send(onUrl, subscription));
    own(owner, subscription);
    isOn = isDone = true;
    return changed();
  }

  /* Others of this person's tickets may still be pushed to this browser: only the server knows. */
  async function switchOff() {
    const subscription = await currentSubscription();
    const response = await post(offUrl, formOf({endpoint: subscription?.endpoint || ""}));
    await accepted(response);
    if ((await response.json()).is_last) await leave();
    isOn = false;
    return changed();
  }

  function changed() {
    element.dispatchEvent(new CustomEvent("push:changed", {bubbles: true}));
    return draw();
  }

  async function accepted(response) {
    if (!response.ok) throw Object.assign(new Error(), {reason: (await refusalOf(response)).message});
  }

  function dismiss() {
    try { localStorage.setItem(DISMISSED, "1"); } catch { /* Then it comes back on the next page. */ }
    element.hidden = true;
  }

  const acts = {on: switchOn, off: switchOff, dismiss};
  async function onClick({currentTarget}) {
    buttons.forEach((each) => { each.disabled = true; });
    try {
      await acts[currentTarget.dataset.part]();
    } catch (error) {
      toast({text: error.reason || failed, level: "error"});
    } finally {
      buttons.forEach((each) => { each.disabled = false; });
    }
  }

  draw();
  return listen(...buttons.map((button) => [button, "click", onClick]));
}

function isDismissed() {
  try {
    return localStorage.getItem(DISMISSED) !== null;
  } catch {
    return false;
  }
}
