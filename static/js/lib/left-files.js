/*
 * What earlier pages left in kept-files.js, for a form of {place, owner, isSignedIn}: `owner` is the id of a person, or
 * "guest". Files of messages that wait are theirs, and no form shows them.
 */
import {forget, isOld, keptAll} from "./kept-files.js";
import {filesOfMessages} from "./keys.js";

/* Forgets what nobody will send any more, and what somebody else left who was signed in here. */
export async function tidy({owner, isSignedIn}) {
  const waiting = filesOfMessages();
  const isOfOther = (record) => isSignedIn && record.isSignedIn && record.owner !== owner;
  const over = (await keptAll()).filter((record) => isOfOther(record) || (isOld(record) && !waiting.has(record.key)));
  if (over.length) await forget(over.map(({key}) => key));
}

/* In the order in which they were chosen or sorted. */
export async function leftAt(form) {
  const waiting = filesOfMessages();
  const left = (await keptAll()).filter((record) => isOf(record, form) && !waiting.has(record.key));
  return left.sort((one, other) => one.position - other.position);
}

/* Who chose a file behind a code may have become a person by that. */
function isOf(record, {place, owner, isSignedIn}) {
  return record.place === place && (record.owner === owner || (record.owner === "guest" && !isSignedIn));
}
