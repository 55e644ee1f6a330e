/*
 * Before somebody signs out, this browser takes no push notifications any more: <form data-behaviour="sign-out">. The
 * server forgets it by the session in any case.
 */
import {listen} from "../lib/listen.js";
import {canPush, CODE_USER, leave, ownerOf} from "../lib/push.js";

const LONGEST_WAIT = 2_000;

export function connect(form) {
  return listen([form, "submit", async (event) => {
    if (!canPush() || !ownerOf() || ownerOf() === CODE_USER) return;
    event.preventDefault();
    const wait = new Promise((resolve) => { setTimeout(resolve, LONGEST_WAIT); });
    await Promise.race([leave().catch(() => null), wait]);
    form.submit();
  }]);
}
