/*
 * Push notifications: what switches them on and off in this browser, <section data-behaviour="push" data-on-url="…"> of
 * push-switch.js, and what keeps them those of the person who is signed in, <div data-behaviour="push"
 * data-unread-url="…"> of push-keeper.js. Both in one file, so that other pages of the portal load nothing of it.
 */
import {keepPush} from "../lib/push-keeper.js";
import {switchPush} from "../lib/push-switch.js";

export function connect(element) {
  return "unreadUrl" in element.dataset ? keepPush(element) : switchPush(element);
}
