/*
 * One socket for all topics of a page: const stop = follow("ticket.5.follow tickets", (hint) => …, "12 840"). The last
 * text has the number of each topic as the page shows it; the server says the present ones when it lets topics be followed.
 * A hint is {kind: "hint", topic, event, sequence, ticket}, and may bring the bubble of a new message; {kind: "again"} means that hints were
 * missed, or may have been where a number is unknown; {kind: "same"} that the socket is there and none was missed;
 * {kind: "revoked", topic} that the topic may no longer be followed. While the socket is down, every callback gets
 * {kind: "again"} each five seconds, and <html> has data-live="late". A server without room for another socket is asked
 * again after a minute or two.
 * A fourth argument is called with {kind: "here", …} and {kind: "seen", …}: who is there, and who saw what. tell(topic, doing)
 * says what the reader does there; nothing is kept of it, so it has to be said again after "same" and "again".
 */

const PING = 40_000;
const ANSWER = 10_000;
const POLL = 5_000;
const LATE_AFTER = 4_000;
const LONGEST_WAIT = 30_000;
const REST = 60_000;
const NOTHING_LEFT = 4401;
const TOO_MANY = 4430;

const followers = new Map();
const refused = new Set();
let socket = null;
let attempts = 0;
let isResting = false;
/* Callbacks that wait for the present numbers of their topics. */
const waiting = new Set();
let isGathering = false;
const timers = {};

export function follow(topics, callback, numbers = "", onSignal = null) {
  const names = split(topics);
  const shown = split(numbers);
  followers.set(callback, {names, numbers: new Map(names.map((name, place) => [name, shown[place]])), hasMissed: false, onSignal});
  if (isOpen()) catchUp([callback]);
  else open();
  return () => leave(callback, names);
}

function split(words) {
  return words.split(/\s+/).filter(Boolean);
}

export function isLive() {
  return isOpen();
}

export function tell(topic, doing) {
  if (isOpen()) send({kind: "here", topic, doing});
}

function leave(callback, names) {
  followers.delete(callback);
  waiting.delete(callback);
  const left = names.filter((name) => !wanted().includes(name));
  if (left.length && isOpen()) send({kind: "leave", topics: left});
}

function wanted() {
  return namesOf(followers.keys());
}

function namesOf(callbacks) {
  const all = [...callbacks].flatMap((callback) => followers.get(callback)?.names ?? []);
  return [...new Set(all)].filter((name) => !refused.has(name));
}

function isOpen() {
  return socket?.readyState === WebSocket.OPEN;
}

function open() {
  if (socket || isResting || !wanted().length) return;
  clearTimeout(timers.again);
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  socket = new WebSocket(`${scheme}://${location.host}/ws/`);
  socket.addEventListener("open", onOpen);
  socket.addEventListener("message", onMessage);
  socket.addEventListener("close", onClose);
  timers.late ||= setTimeout(beLate, LATE_AFTER);
}

function onOpen() {
  attempts = 0;
  catchUp(followers.keys());
  beInTime();
}

/* Changes between the rendering of the page and the moment in which its topics are followed cause no hint, but move the
   numbers. One frame for all that a page brings at once. */
function catchUp(callbacks) {
  [...callbacks].forEach((callback) => waiting.add(callback));
  if (isGathering) return;
  isGathering = true;
  queueMicrotask(() => {
    isGathering = false;
    if (!isOpen()) return;
    const topics = namesOf(waiting);
    if (topics.length) send({kind: "follow", topics, language: document.documentElement.lang});
    ping();
  });
}

function onMessage(event) {
  clearTimeout(timers.answer);
  const frame = JSON.parse(event.data);
  if (frame.kind === "refused" || frame.kind === "revoked") refused.add(frame.topic);
  if (frame.kind === "hint" || frame.kind === "revoked") pass(frame);
  if (frame.kind === "here" || frame.kind === "seen") signal(frame);
  if (frame.kind === "following") compare(frame);
  /* The server handles frames in order: before its pong it has said all numbers. */
  if (frame.kind === "pong") settle();
}

/* When the server lost hints itself, it says numbers that no callback waits for. */
function compare({topic, number}) {
  for (const [callback, follower] of followers) {
    if (!follower.names.includes(topic) || (waiting.size && !waiting.has(callback))) continue;
    const now = number === null ? undefined : String(number);
    if (now === undefined || follower.numbers.get(topic) !== now) follower.hasMissed = true;
    follower.numbers.set(topic, now);
    if (!waiting.size) say(callback);
  }
}

function settle() {
  const callbacks = [...waiting];
  waiting.clear();
  callbacks.forEach(say);
}

function say(callback) {
  const follower = followers.get(callback);
  if (!follower || follower.names.every((name) => refused.has(name))) return;
  const kind = follower.hasMissed ? "again" : "same";
  follower.hasMissed = false;
  callback({kind});
}

function onClose(event) {
  socket = null;
  clearTimeout(timers.ping);
  clearTimeout(timers.answer);
  timers.late ||= setTimeout(beLate, LATE_AFTER);
  if (event.code === NOTHING_LEFT && !wanted().length) return beInTime();
  clearTimeout(timers.again);
  if (event.code === TOO_MANY) return rest();
  const wait = Math.min(LONGEST_WAIT, 500 * 2 ** attempts++) * (0.5 + Math.random());
  timers.again = setTimeout(open, wait);
}

/* Events such as a return to the page do not shorten this wait: many pages at once would only be refused again. */
function rest() {
  isResting = true;
  beLate();
  timers.again = setTimeout(() => { isResting = false; open(); }, REST * (1 + Math.random()));
}

function ping() {
  clearTimeout(timers.ping);
  clearTimeout(timers.answer);
  if (!isOpen()) return;
  send({kind: "ping", numbers: shownNumbers()});
  /* A phone that lost its network gets no close event: a missing pong is the only sign. */
  timers.answer = setTimeout(drop, ANSWER);
  timers.ping = setTimeout(ping, PING);
}

/* The server says those that have moved meanwhile: a hint may have got lost. */
function shownNumbers() {
  const least = {};
  for (const {numbers} of followers.values()) {
    for (const [name, number] of numbers) {
      if (/^\d+$/.test(number) && !(Number(least[name]) <= Number(number))) least[name] = number;
    }
  }
  return least;
}

function drop() {
  const old = socket;
  if (!old) return;
  old.removeEventListener("close", onClose);
  old.removeEventListener("message", onMessage);
  old.close();
  onClose({});
}

function send(frame) {
  socket.send(JSON.stringify(frame));
}

function pass(hint) {
  for (const [callback, {names, numbers}] of followers) {
    if (!names.includes(hint.topic)) continue;
    /* Without one the number is unknown from now on. */
    numbers.set(hint.topic, hint.sequence === undefined ? undefined : String(hint.sequence));
    callback(hint);
  }
}

function signal(frame) {
  for (const {names, onSignal} of followers.values()) {
    if (names.includes(frame.topic)) onSignal?.(frame);
  }
}

function passToAll(hint) {
  for (const [callback, {names}] of followers) {
    if (names.some((name) => !refused.has(name))) callback(hint);
  }
}

function beLate() {
  if (isOpen()) return;
  document.documentElement.dataset.live = "late";
  showLine(true);
  clearInterval(timers.poll);
  timers.poll = setInterval(() => document.hidden || passToAll({kind: "again"}), POLL);
}

function beInTime() {
  clearTimeout(timers.late);
  clearInterval(timers.poll);
  timers.late = null;
  delete document.documentElement.dataset.live;
  showLine(false);
}

function showLine(late) {
  const text = document.body.dataset.lateLabel;
  let line = document.getElementById("live-late");
  if (!line && late && text) {
    line = document.createElement("p");
    line.id = "live-late";
    line.className = "live-late";
    line.setAttribute("role", "status");
    document.body.append(line);
  }
  if (line) {
    line.hidden = !late;
    line.textContent = late ? text : "";
  }
}

function hurry() {
  attempts = 0;
  if (isOpen()) ping();
  else if (!socket) open();
}

window.addEventListener("online", hurry);
window.addEventListener("offline", drop);
window.addEventListener("pageshow", (event) => event.persisted && hurry());
window.addEventListener("pagehide", () => { if (socket) drop(); clearTimeout(timers.again); isResting = false; });
document.addEventListener("visibilitychange", () => document.hidden || hurry());
