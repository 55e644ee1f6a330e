/* What several scripts call the same: keys that the server knows again, and where the browser keeps what is not sent yet. */

/* Names of localStorage, one for each person and ticket: what Outbox has. */
export const MESSAGES = "messages.";
/* The database of kept-files.js. */
export const FILES = "fleetdesk-files";

/* randomUUID exists on secure pages only, and a server in a workshop may not be one. */
export function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/* The keys of all files that belong to messages which wait, of any person and ticket. */
export function filesOfMessages() {
  try {
    const names = Object.keys(localStorage).filter((name) => name.startsWith(MESSAGES));
    const waiting = names.flatMap((name) => JSON.parse(localStorage.getItem(name)).queue ?? []);
    return new Set(waiting.flatMap(({uploads}) => uploads.map(({key}) => key)).filter(Boolean));
  } catch {
    return new Set();
  }
}
