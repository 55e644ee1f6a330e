/*
 * The socket of a video session, which comes back by itself: new CallSocket(url, key, {onFrame, onDown, onEnd}).
 * What is said while it is away is dropped: whoever comes back says it anew.
 */

const PING = 15_000;
const SHORT = 10_000; /* Without an answer for so long, it is dead. */
const LONGEST_WAIT = 5_000;
/* Codes with which the server says that it is no use to come back: nothing left, and somebody else has the seat. */
const FINAL = [4401, 4409];

export class CallSocket {
  socket = null;
  attempts = 0;
  isOver = false;
  timers = {};

  constructor(url, key, {onFrame, onDown, onEnd}) {
    Object.assign(this, {url, key, onFrame, onDown, onEnd});
    this.open();
  }

  get isOpen() {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  open() {
    clearTimeout(this.timers.again);
    if (this.isOver || this.socket) return;
    const socket = new WebSocket(this.url);
    this.socket = socket;
    socket.addEventListener("open", () => { this.send({kind: "join", key: this.key}); this.ping(); });
    socket.addEventListener("message", (event) => this.socket === socket && this.hear(JSON.parse(event.data)));
    socket.addEventListener("close", (event) => this.socket === socket && this.lose(event.code));
  }

  hear(frame) {
    clearTimeout(this.timers.answer);
    if (frame.kind === "in") this.attempts = 0;
    if (frame.kind === "over") return void this.finish(frame.why);
    if (frame.kind !== "pong") this.onFrame(frame);
  }

  send(frame) {
    if (this.isOpen) this.socket.send(JSON.stringify(frame));
  }

  signal(data) {
    this.send({kind: "signal", data});
  }

  /* A phone that lost its network gets no close event. */
  ping() {
    clearTimeout(this.timers.ping);
    if (!this.isOpen) return;
    this.send({kind: "ping"});
    clearTimeout(this.timers.answer);
    this.timers.answer = setTimeout(() => this.drop(), SHORT);
    this.timers.ping = setTimeout(() => this.ping(), PING);
  }

  drop() {
    const old = this.socket;
    if (!old) return;
    this.socket = null;
    old.close();
    this.lose(0);
  }

  lose(code) {
    this.socket = null;
    this.quiet();
    if (this.isOver) return;
    if (FINAL.includes(code)) return void this.finish();
    this.onDown();
    this.timers.again = setTimeout(() => this.open(), Math.min(LONGEST_WAIT, 300 * 2 ** this.attempts++));
  }

  /* The network is back, or another one: no need to wait. */
  hurry() {
    this.attempts = 0;
    if (this.isOpen) this.ping();
    else this.open();
  }

  finish(why = "") {
    if (this.isOver) return;
    this.isOver = true;
    this.quiet();
    this.socket?.close();
    this.onEnd(why);
  }

  leave() {
    this.send({kind: "bye"});
    this.isOver = true;
    this.quiet();
    this.socket?.close();
  }

  quiet() {
    Object.values(this.timers).forEach(clearTimeout);
  }
}
