/*
 * A video session: <div data-behaviour="video-call" data-join-url="…" data-socket="/ws/calls/…" data-side="customer" hidden>
 * around a [data-lobby] form, [data-own] and [data-other] videos and [data-action] buttons; the words are in data-
 * attributes. data-state is lobby, call or over. Nothing is sent before its reader joins.
 */
import {CallMedia, devices, listenToLevel} from "../lib/call-media.js";
import {CallPeer} from "../lib/call-peer.js";
import {CallSocket} from "../lib/call-socket.js";
import {listen} from "../lib/listen.js";
import {post} from "../lib/request.js";

const PATIENCE = 10_000; /* Then the page says that the network does not let it through. */
const LOOK = 3_000;
const ANEW = 8_000; /* What was said may have got lost: whoever asks for a way begins anew after so long. */
const SLOW = 0.4; /* Seconds there and back. */
const LOSSY = 0.05;

export function connect(element) {
  element.hidden = false;
  /* On a small screen the conversation is one tap away. */
  if (window.matchMedia("(min-width: 62rem)").matches) element.querySelector("[data-talk]").hidden = false;
  const call = new Call(element);
  call.prepare();
  const stop = listen(
    [element, "click", (event) => call.act(event.target.closest("[data-action]"))],
    [element, "change", (event) => call.choose(event.target)],
    [call.lobby, "submit", (event) => { event.preventDefault(); call.join(); }],
    [window, "online", () => call.hurry()],
    [navigator.connection ?? window, "change", () => call.hurry()],
    [window, "pagehide", () => call.close()],
  );
  return () => { stop(); call.close(); };
}

class Call {
  media = new CallMedia();
  socket = null;
  peer = null;
  /* This page, and the one of the other side with which there is a way: either may be loaded again. */
  page = crypto.randomUUID();
  otherPage = "";
  metAt = Date.now();
  isOtherIn = false;
  name = "";
  timers = {};
  stopLevel = () => {};
  /* Counts what was wanted of camera and microphone: the browser may ask its user for long, and answer an older wish. */
  wish = 0;

  constructor(element) {
    this.element = element;
    this.words = element.dataset;
    for (const name of ["lobby", "own", "other", "status", "quality", "bar", "cameras", "microphones", "level", "listen",
      "problem", "end", "ending", "blocked", "stage"]) this[name] = element.querySelector(`[data-${name}]`);
    this.received = new MediaStream();
    this.other.srcObject = this.received;
    this.own.srcObject = this.media.stream;
  }

  set state(state) {
    this.element.dataset.state = state;
  }

  get isListening() {
    return this.listen.checked;
  }

  say(text) {
    this.status.textContent = text;
  }

  /* Many code users have no name. */
  sayOfOther(what) {
    this.say(this.name ? this.words[what].replace("NAME", this.name) : this.words[`${what}Unnamed`]);
  }

  /* Before joining -------------------------------------------------------------------------------------------------- */

  async prepare() {
    await this.openMedia();
    await this.list();
  }

  async openMedia() {
    const wish = ++this.wish;
    const isWanted = () => wish === this.wish;
    this.problem.hidden = true;
    this.stopLevel();
    if (!this.isListening) {
      try {
        await this.media.open({camera: this.cameras.value, microphone: this.microphones.value, isWanted});
        if (!isWanted()) return;
      } catch (error) {
        if (!isWanted()) return;
        this.fail(["NotFoundError", "OverconstrainedError", "TypeError"].includes(error.name) ? this.words.missing : this.words.refused);
      }
    } else this.media.end();
    this.own.srcObject = this.media.stream;
    if (this.socket) return void await this.sendNow();
    this.stopLevel = listenToLevel(this.media.stream, (level) => { this.level.value = level; });
  }

  /* Who joined first and allowed it then. */
  async sendNow() {
    for (const track of this.sentTracks()) await this.peer?.put(track.kind, track, this.media.stream);
    await this.showButtons();
  }

  fail(words) {
    this.problem.textContent = words;
    this.problem.hidden = false;
    this.listen.checked = true;
  }

  async list() {
    if (!navigator.mediaDevices) return;
    await this.fill(this.cameras, "videoinput", "video", this.words.camera);
    await this.fill(this.microphones, "audioinput", "audio", this.words.microphone);
  }

  /* Browsers name devices only to those who may use them. */
  async fill(select, kind, own, words) {
    const found = await devices(kind);
    const now = this.media.track(own)?.getSettings().deviceId;
    select.replaceChildren(...found.map((device, place) =>
      new Option(device.label || words.replace("NUMBER", place + 1), device.deviceId, false, device.deviceId === now)));
    select.disabled = !found.length;
  }

  async choose(field) {
    if (![this.cameras, this.microphones, this.listen].includes(field)) return;
    await this.openMedia();
    if (!this.isListening) await this.list();
  }

  async join() {
    if (this.socket) return;
    const answer = await post(this.words.joinUrl, new FormData()).catch(() => null);
    const found = await answer?.json().catch(() => null);
    if (!answer?.ok) {
      this.problem.textContent = found?.message ?? this.words.offline;
      this.problem.hidden = false;
      return;
    }
    this.servers = found.servers;
    this.stopLevel();
    this.lobby.hidden = true;
    this.bar.hidden = false;
    this.state = "call";
    this.say(this.words.connecting);
    this.showButtons();
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    this.socket = new CallSocket(`${scheme}://${location.host}${this.words.socket}`, found.key, {
      onFrame: (frame) => this.hear(frame),
      onDown: () => this.say(this.words.lost),
      onEnd: (why) => this.finish(why === "end" ? this.words.over : this.words.elsewhere),
    });
    this.timers.look = setInterval(() => this.look(), LOOK);
  }

  /* In the call ----------------------------------------------------------------------------------------------------- */

  hear(frame) {
    if (frame.kind === "in") {
      this.name = frame.other || this.name;
      this.isOtherIn = frame.both;
      this.say(frame.both ? this.words.connecting : this.words.waiting);
      /* Whoever is there answers with its own page. */
      this.socket.signal({page: this.page, hello: "ask"});
    } else if (frame.kind === "peer") {
      this.name = frame.name || this.name;
      this.isOtherIn = frame.is_in;
      if (!frame.is_in) this.calm();
      if (!frame.is_in && this.peer?.state !== "connected") this.sayOfOther("away");
      if (frame.is_in && this.peer?.state !== "connected") this.say(this.words.connecting);
    } else if (frame.kind === "signal") {
      this.answer(frame.data ?? {});
    }
  }

  answer({page, to, hello, description, candidate}) {
    if (hello) {
      if (hello === "ask") this.socket.signal({page: this.page, hello: "answer"});
      this.meet(page);
    } else if (page === this.otherPage && to === this.page) {
      this.peer?.hear({description, candidate}).catch(() => this.peer?.restart());
    }
  }

  /* The same page again means that only the socket was away: the way between both may still be there. */
  meet(page) {
    if (page === this.otherPage && this.peer) {
      if (this.peer.state !== "connected") {
        this.peer.restart();
        this.watch();
      } else this.follow("connected");
      return;
    }
    this.otherPage = page;
    this.metAt = Date.now();
    this.peer?.close();
    this.received.getTracks().forEach((track) => this.received.removeTrack(track));
    this.peer = new CallPeer({
      servers: this.servers,
      polite: this.words.side === "customer",
      say: (data) => this.socket.signal({page: this.page, to: page, ...data}),
      onTrack: (track) => this.receive(track),
      onState: (state) => this.follow(state),
    });
    this.peer.begin(this.sentTracks(), this.media.stream);
    this.watch();
  }

  sentTracks() {
    const screen = this.media.screen?.getVideoTracks()[0];
    return [this.media.track("audio"), screen ?? this.media.track("video")].filter(Boolean);
  }

  receive(track) {
    this.received.getTracks().filter((each) => each.kind === track.kind).forEach((each) => this.received.removeTrack(each));
    this.received.addTrack(track);
    this.other.srcObject = this.received;
    this.other.play().catch(() => {});
  }

  follow(state) {
    if (state === "connected") {
      this.calm();
      this.sayOfOther("connected");
    } else if (state === "disconnected" || state === "failed") {
      if (this.socket.isOpen) this.sayOfOther("away");
      else this.say(this.words.lost);
      this.quality.hidden = true;
      this.watch();
    }
  }

  /* Where no way is found in time, the reader learns what else there is. */
  watch() {
    /* It is not the network where nobody is there. */
    if (this.isOtherIn) this.timers.blocked ??= setTimeout(() => { this.blocked.hidden = false; }, PATIENCE);
  }

  calm() {
    clearTimeout(this.timers.blocked);
    this.timers.blocked = null;
    this.blocked.hidden = true;
  }

  async look() {
    if (this.peer?.state !== "connected") return this.beginAnew();
    const {delay, lost} = await this.peer.measure();
    const quality = lost > 3 * LOSSY || delay > 2 * SLOW ? "bad" : lost > LOSSY || delay > SLOW ? "fair" : "good";
    this.quality.hidden = false;
    this.quality.dataset.quality = quality;
    this.quality.textContent = this.words[quality];
  }

  beginAnew() {
    const isNew = !this.peer || this.peer.state === "new" || this.peer.state === "connecting";
    if (this.words.side !== "service" || !this.socket.isOpen || !isNew || Date.now() - this.metAt < ANEW) return;
    this.metAt = Date.now();
    this.peer?.close();
    this.peer = null;
    this.page = crypto.randomUUID();
    this.otherPage = "";
    this.socket.signal({page: this.page, hello: "ask"});
  }

  hurry() {
    this.socket?.hurry();
    if (this.peer && this.peer.state !== "connected") this.peer.restart();
  }

  /* Buttons --------------------------------------------------------------------------------------------------------- */

  async showButtons() {
    const cameras = navigator.mediaDevices ? await devices("videoinput") : [];
    this.show("switch", cameras.length > 1 && this.media.track("video"));
    this.show("screen", navigator.mediaDevices?.getDisplayMedia);
    this.show("pip", document.pictureInPictureEnabled);
    this.show("full", document.fullscreenEnabled);
    this.button("mute").disabled = !this.media.track("audio");
    this.button("camera").disabled = !this.media.track("video");
  }

  show(name, isShown) {
    this.element.querySelector(`[data-shown=${name}]`).hidden = !isShown;
  }

  button(name) {
    return this.element.querySelector(`[data-action=${name}]`);
  }

  act(button) {
    if (button) return this[`${button.dataset.action}Pressed`]?.(button);
  }

  mutePressed(button) {
    this.toggle(button, this.media.track("audio"));
  }

  cameraPressed(button) {
    this.toggle(button, this.media.track("video"));
  }

  toggle(button, track) {
    if (!track) return;
    track.enabled = !track.enabled;
    button.setAttribute("aria-pressed", String(!track.enabled));
  }

  async switchPressed() {
    const track = await this.media.next().catch(() => null);
    if (!track) return this.openMedia();
    track.enabled = this.button("camera").getAttribute("aria-pressed") !== "true";
    if (!this.media.screen) await this.peer?.put("video", track, this.media.stream);
  }

  async screenPressed(button) {
    if (this.media.screen) return this.unshare(button);
    const track = await this.media.share(() => this.unshare(button)).catch(() => null);
    if (!track) return;
    button.setAttribute("aria-pressed", "true");
    await this.peer?.put("video", track, this.media.stream);
  }

  async unshare(button) {
    this.media.unshare();
    button.setAttribute("aria-pressed", "false");
    await this.peer?.put("video", this.media.track("video"), this.media.stream);
  }

  async pipPressed() {
    if (document.pictureInPictureElement) await document.exitPictureInPicture();
    else await this.other.requestPictureInPicture().catch(() => {});
  }

  async fullPressed() {
    if (document.fullscreenElement) await document.exitFullscreen();
    else await this.stage.requestFullscreen();
  }

  talkPressed(button) {
    const talk = this.element.querySelector("[data-talk]");
    talk.hidden = !talk.hidden;
    button.setAttribute("aria-expanded", String(!talk.hidden));
    if (!talk.hidden) talk.scrollIntoView({block: "nearest"});
  }

  leavePressed() {
    this.socket?.leave();
    this.finish(this.words.over);
  }

  finish(words) {
    this.close();
    this.state = "over";
    this.bar.hidden = this.quality.hidden = this.blocked.hidden = true;
    this.say("");
    this.ending.textContent = words;
    this.end.hidden = false;
  }

  close() {
    this.wish++;
    Object.values(this.timers).forEach((timer) => { clearTimeout(timer); clearInterval(timer); });
    this.stopLevel();
    if (this.socket) { this.socket.isOver = true; this.socket.quiet(); this.socket.socket?.close(); }
    this.peer?.close();
    this.peer = null;
    this.media.unshare();
    this.media.end();
  }
}
