/*
 * Forgets the files that were chosen in this browser before its reader signs out: <form data-behaviour="sign-out">. Those
 * of messages that wait stay, as their texts do, and go when somebody else signs in.
 */
import {FILES, filesOfMessages} from "../lib/keys.js";
import {listen} from "../lib/listen.js";

export function connect(form) {
  return listen([form, "submit", () => { if (!filesOfMessages().size) window.indexedDB?.deleteDatabase(FILES); }]);
}
