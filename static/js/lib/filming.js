/* A film of the camera of this device, in a dialog: new Filming(dialog).start(). It is looked at before it is added. */
import {listen} from "./listen.js";
import {close, lengthOf, open, Sayer} from "./recording-place.js";
import {Take} from "./take.js";
import {uploadsOf} from "./uploads.js";

const PICTURE = {width: {ideal: 1280}, height: {ideal: 720}, frameRate: {ideal: 30}};
const FRONT = "user", BACK = "environment";

export class Filming {
  constructor(dialog) {
    this.dialog = dialog;
    this.words = dialog.dataset;
    this.opener = dialog.parentElement;
    this.sayer = new Sayer(dialog.querySelector("[data-said]"), this.words);
    this.afterwards = new Sayer(this.opener.querySelector("[data-said]"), this.words);
    this.facing = FRONT;
  }

  start() {
    const silence = listen(
      [this.dialog, "click", (event) => this.onClick(event)],
      [this.dialog, "cancel", (event) => { event.preventDefault(); this.discard(); }],
      [window, "pagehide", () => this.take?.stop()],
    );
    this.look().then((isThere) => isThere && this.show("ready"));
    return () => { silence(); this.isGone = true; this.take?.stop(); this.recording?.leave(); close(this.stream); };
  }

  part(name) {
    return this.dialog.querySelector(`[data-${name}]`);
  }

  onClick(event) {
    const ways = {flip: () => this.flip(), start: () => this.begin(), stop: () => this.take.stop(), again: () => this.again(), add: () => this.add(), discard: () => this.discard()};
    const button = event.target.closest("button");
    const way = Object.keys(ways).find((name) => button?.dataset[name]);
    if (way) ways[way]();
  }

  /* Returns whether the picture of the camera is shown. */
  async look() {
    const wanted = {audio: true, video: {...PICTURE, facingMode: this.facing}};
    this.stream = await open(wanted, this.words, () => this.leave());
    if (!this.stream || this.isGone) {
      close(this.stream);
      return false;
    }
    const live = this.part("live");
    live.srcObject = this.stream;
    live.classList.toggle("is-mirrored", this.facing === FRONT);
    if (!this.dialog.open) this.dialog.showModal();
    live.play().catch(() => null);
    const cameras = (await navigator.mediaDevices.enumerateDevices()).filter(({kind}) => kind === "videoinput");
    this.part("other").hidden = cameras.length < 2;
    return true;
  }

  async flip() {
    close(this.stream);
    this.facing = this.facing === FRONT ? BACK : FRONT;
    await this.look();
  }

  begin() {
    this.recording = uploadsOf(this.opener.closest("form")).record(this.opener);
    if (!this.recording) return void this.leave();
    this.take = new Take(this.stream, this.recording, {
      name: this.words.name,
      kind: "film",
      seconds: Number(this.words.seconds),
      ears: {onTime: (seconds) => this.onTime(seconds), onEnd: (reason, seconds) => this.onEnd(reason, seconds)},
    });
    this.take.begin();
    this.show("recording");
    this.sayer.say("began");
  }

  onTime(seconds) {
    this.part("time").textContent = lengthOf(seconds);
  }

  onEnd(reason, seconds) {
    this.take = null;
    if (reason === "dropped" || reason === "failed") {
      this.recording = null;
      this.afterwards.tellEnd(reason, seconds);
      return void this.leave();
    }
    if (reason !== "stopped") this.sayer.tellEnd(reason, seconds);
    const made = this.part("made");
    made.src = URL.createObjectURL(this.recording.record.file);
    this.seconds = seconds;
    this.show("made");
    this.sayer.say("filmed", Math.round(seconds));
  }

  async again() {
    this.recording.drop();
    this.recording = null;
    this.forgetFilm();
    this.part("time").textContent = lengthOf(0);
    if (await this.look()) this.show("ready");
  }

  add() {
    this.recording.use();
    this.recording = null;
    this.afterwards.say("recorded", Math.round(this.seconds));
    this.leave();
  }

  discard() {
    if (this.take) return void this.take.drop();
    this.recording?.drop();
    if (this.recording) this.afterwards.say("discarded");
    this.recording = null;
    this.leave();
  }

  show(state) {
    this.dialog.dataset.state = state;
    this.dialog.querySelectorAll("[data-while]").forEach((each) => { each.hidden = each.dataset.while !== state; });
    this.part("live").hidden = state === "made";
    this.part("made").hidden = state !== "made";
    this.dialog.querySelector(`[data-while="${state}"] .button--primary`)?.focus();
  }

  forgetFilm() {
    const made = this.part("made");
    if (made.src) URL.revokeObjectURL(made.src);
    made.removeAttribute("src");
  }

  leave() {
    this.isGone = true;
    close(this.stream);
    this.forgetFilm();
    if (this.dialog.open) this.dialog.close();
    this.dialog.remove();
    this.opener.querySelector("[data-record=film]").focus();
  }
}
