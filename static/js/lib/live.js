/*
 * One socket for all topics of a page: const stop = follow("ticket.5.follow tickets", (hint) => …).
 * A hint is {kind: "hint", topic, event, sequence, ticket} and carries no content; {kind: "again"} means that hints may
 * have been missed; {kind: "revoked", topic} that the topic may no longer be followed. While the socket is down, every
 * callback gets {kind: "again"} each five seconds, and <html> has data-live="late". A server without room for another
 * socket is asked again after a minute or two.
 */

const PING = 25_000;
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
let mayHaveMissed = false;
const timers = {};

export function follow(topics, callback) {
  const names = topics.split(/\s+/).filter(Boolean);
  followers.set(callback, names);
  if (isOpen()) catchUp(names);
  else open();
  return () => leave(callback, names);
}

export function isLive() {
  return isOpen();
}

function leave(callback, names) {
  followers.delete(callback);
  const left = names.filter((name) => !wanted().includes(name));
  if (left.length && isOpen()) send({kind: "leave", topics: left});
}

function wanted() {
  return [...new Set([...followers.values()].flat())].filter((name) => !refused.has(name));
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
  catchUp(wanted());
  beInTime();
}

/* The server handles frames in order: after its pong the topics are followed. Changes between the rendering of the page
   and that moment caused no hint. */
function catchUp(topics) {
  ask(topics);
  mayHaveMissed = true;
  ping();
}

function onMessage(event) {
  clearTimeout(timers.answer);
  const frame = JSON.parse(event.data);
  if (frame.kind === "refused" || frame.kind === "revoked") refused.add(frame.topic);
  if (frame.kind === "hint" || frame.kind === "revoked") pass(frame);
  if (frame.kind !== "pong" || !mayHaveMissed) return;
  mayHaveMissed = false;
  passToAll({kind: "again"});
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

function ask(topics) {
  if (topics.length) send({kind: "follow", topics});
}

function ping() {
  clearTimeout(timers.ping);
  clearTimeout(timers.answer);
  if (!isOpen()) return;
  send({kind: "ping"});
  /* A phone that lost its network gets no close event: a missing pong is the only sign. */
  timers.answer = setTimeout(drop, ANSWER);
  timers.ping = setTimeout(ping, PING);
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
  for (const [callback, names] of followers) {
    if (names.includes(hint.topic)) callback(hint);
  }
}

function passToAll(hint) {
  for (const [callback, names] of followers) {
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
