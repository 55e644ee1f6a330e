/*
 * What the tabs of a browser agree on, by Web Locks: whether the reader looks at one of them, and which one does something
 * that happens in all of them: await onlyHere("notification-812", () => …).
 */
import {listen} from "./listen.js";

const IN_SIGHT = "tab-in-sight";
/* A tab in the background may hear of it that much later than another one. */
const LATEST = 60_000;
let release = null;

function keepSight() {
  release?.();
  release = null;
  if (document.hidden) return;
  navigator.locks?.request(IN_SIGHT, {mode: "shared"}, () => document.hidden || new Promise((done) => { release = done; }));
}

/* True where browsers cannot say. */
export async function isAnyInSight() {
  if (!document.hidden || !navigator.locks) return true;
  const {held} = await navigator.locks.query();
  return held.some((lock) => lock.name === IN_SIGHT);
}

export function onlyHere(name, act) {
  return new Promise((resolve) => {
    navigator.locks.request(name, {ifAvailable: true}, async (lock) => {
      if (lock) await act();
      resolve();
      if (lock) await new Promise((done) => { setTimeout(done, LATEST); });
    });
  });
}

listen([document, "visibilitychange", keepSight]);
keepSight();
