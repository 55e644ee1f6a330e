/*
 * Sends one file in pieces by the core of the tus protocol (https://tus.io):
 * const transfer = new Transfer(file, {key, address: "/…/uploads/", fields: () => ({purpose: "message"}), onProgress, onWaiting});
 * await transfer.run() returns {id, name, kind, preview} or throws a Refusal; cancel() ends it and deletes what arrived,
 * stop() only ends it, wake() ends a pause. It waits while network or server are away and goes on where it was, by its key also
 * where another page began. A server that repeatedly fails to check the whole file causes a Refusal, after which run() may
 * be called again.
 */
import {inLane} from "./lanes.js";
import {postHeaders} from "./request.js";

const SMALLEST = 64 * 1024;
const FIRST = 256 * 1024;
const LARGEST = 4 * 1024 * 1024;
/* Of a piece that takes longer, too much would be lost with the connection. */
const COMFORTABLE = 4_000;
const STALLED = 30_000;
/* The response to the last piece comes after the check of the whole file. */
const CHECKED = 120_000;
const LONGEST_PAUSE = 30_000;
/* How many times the check of a whole file may fail before the reader is notified. */
const CHECKS = 3;
/* Statuses after which the upload no longer exists; after all others it can go on or be deleted. */
const GONE = new Set([400, 404, 413]);
const PASSING = new Set([0, 408, 423, 425]);

/* A response that would be the same the next time; `message` is the server's sentence, or empty. 401 is one until the
   reader has signed in again. */
export class Refusal extends Error {
  constructor(message, isFinal, status) {
    super(message);
    Object.assign(this, {isFinal, status});
  }
}

/* A temporary failure; `status` is that of the response, or 0 without one. */
class Interruption extends Error {
  constructor(status) {
    super();
    this.status = status;
  }
}

/* Deletes an upload, whole or not. */
export function takeBack(url) {
  fetch(url, {method: "DELETE", headers: {...postHeaders(), "Tus-Resumable": "1.0.0"}}).catch(() => {});
}

export class Transfer {
  constructor(file, {key, address, fields, onProgress, onWaiting}) {
    Object.assign(this, {file, key, address, fields, onProgress, onWaiting});
    this.size = FIRST;
    this.largest = LARGEST;
    this.attempts = 0;
    this.wake = () => {};
  }

  run() {
    this.failedChecks = 0;
    return this.send();
  }

  cancel() {
    this.isCancelled = true;
    this.wake();
    if (!this.url) return;
    this.request?.abort();
    takeBack(this.url);
  }

  /* What arrived stays, and another page may go on. */
  stop() {
    this.isStopped = this.isCancelled = true;
    this.wake();
    this.request?.abort();
  }

  async send() {
    while (!this.isCancelled) {
      try {
        /* A file that waits lets others use the lane. */
        return await inLane(() => this.attempt());
      } catch (failure) {
        if (!(failure instanceof Interruption)) throw this.forget(failure);
        if (this.failedChecks >= CHECKS) throw new Refusal("", false);
        if (!this.isCancelled) await this.pause();
      }
    }
    throw new Refusal("", true);
  }

  async attempt() {
    if (this.isCancelled) throw new Interruption(0);
    await (this.url ? this.ask() : this.begin());
    /* At least once: an empty piece at the end repeats an interrupted check. */
    do await this.sendPiece(); while (this.offset < this.file.size);
    return JSON.parse((await this.exchange("GET", this.url)).responseText);
  }

  async begin() {
    const metadata = encoded({...this.fields(), filename: this.file.name, key: this.key});
    const headers = {"Upload-Length": String(this.file.size), "Upload-Metadata": metadata};
    const answer = await this.exchange("POST", this.address, {headers});
    this.url = answer.getResponseHeader("Location");
    this.heard(answer);
    if (!this.isCancelled) return;
    if (!this.isStopped) takeBack(this.url);
    throw new Interruption(0);
  }

  async ask() {
    this.heard(await this.exchange("HEAD", this.url));
  }

  async sendPiece() {
    const begun = performance.now();
    const body = this.file.slice(this.offset, this.offset + this.size);
    const headers = {"Upload-Offset": String(this.offset), "Content-Type": "application/offset+octet-stream"};
    try {
      this.heard(await this.exchange("PATCH", this.url, {headers, body}));
    } catch (failure) {
      this.learn(failure, body.size);
      throw failure;
    }
    const took = performance.now() - begun;
    this.attempts = 0;
    if (took < COMFORTABLE / 2) this.size = Math.min(this.largest, this.size * 2);
    else if (took > COMFORTABLE) this.size = Math.max(SMALLEST, this.size / 2);
  }

  /* Called for a piece of `sent` bytes that failed; one without bytes asked for the check of the whole file. */
  learn({status}, sent) {
    if (status === 413) this.largest = Math.max(SMALLEST, Math.floor(sent / 2));
    if (status >= 500 && this.offset === this.file.size) this.failedChecks += 1;
  }

  heard(answer) {
    this.offset = Number(answer.getResponseHeader("Upload-Offset"));
    this.tell(0);
  }

  tell(sent) {
    this.onProgress(Math.min(1, (this.offset + sent) / this.file.size));
  }

  /* Another try starts a refused upload again under its key. */
  forget(failure) {
    if (GONE.has(failure.status)) this.url = "";
    return failure;
  }

  pause() {
    this.size = Math.max(SMALLEST, this.size / 2);
    this.onWaiting();
    return new Promise((resolve) => {
      const goOn = () => { clearTimeout(timer); window.removeEventListener("online", goOn); resolve(); };
      const timer = setTimeout(goOn, Math.min(LONGEST_PAUSE, 1_000 * 2 ** this.attempts++));
      window.addEventListener("online", goOn);
      this.wake = goOn;
    });
  }


  /* XMLHttpRequest, because fetch has no progress events for uploads. */
  exchange(method, url, {headers = {}, body = null} = {}) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      this.request = request;
      request.open(method, url);
      Object.entries({...postHeaders(), "Tus-Resumable": "1.0.0", ...headers}).forEach(([name, value]) => request.setRequestHeader(name, value));
      let timer;
      const watch = (limit) => { clearTimeout(timer); timer = setTimeout(() => request.abort(), limit); };
      watch(STALLED);
      if (body) {
        request.upload.addEventListener("progress", (event) => { watch(STALLED); this.tell(event.loaded); });
        request.upload.addEventListener("load", () => watch(CHECKED));
      }
      request.addEventListener("loadend", () => {
        clearTimeout(timer);
        if (request.status >= 200 && request.status < 300) resolve(request);
        else reject(failureOf(request, this.size));
      });
      request.send(body);
    });
  }
}

function failureOf(request, size) {
  const {status} = request;
  const message = status === 404 ? "" : messageOf(request.responseText);
  const elsewhere = status === 409 && request.getResponseHeader("Upload-Offset") !== null;
  /* A proxy whose limit is below the server's, or that is refusing requests for a while. */
  const isOfProxy = !message && (status === 429 || (status === 413 && size > SMALLEST));
  if (PASSING.has(status) || status >= 500 || elsewhere || isOfProxy) return new Interruption(status);
  return new Refusal(message, message !== "" && status !== 429, status);
}

function messageOf(text) {
  try {
    return JSON.parse(text).message ?? "";
  } catch {
    return "";
  }
}

function encoded(fields) {
  return Object.entries(fields).map(([name, text]) => `${name} ${base64(text)}`).join(",");
}

function base64(text) {
  return btoa(String.fromCodePoint(...new TextEncoder().encode(text)));
}
