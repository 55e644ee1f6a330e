/*
 * A voice message: new VoiceMessage(panel).start(). Its button is held down while one speaks, and released at the end; slid
 * away from, the recording is discarded. A tap or the keyboard starts it and stops it. Afterwards it stands among the
 * files of the form, to be listened to.
 */
import {listen} from "./listen.js";
import {close, lengthOf, open, Sayer} from "./recording-place.js";
import {Take} from "./take.js";
import {uploadsOf} from "./uploads.js";

/* Pixels, and milliseconds. */
const AWAY = 90;
const HELD = 400;
/* Seconds before the end at which that is said. */
const NEARLY = 30;

export class VoiceMessage {
  constructor(panel) {
    this.panel = panel;
    this.words = panel.dataset;
    const bar = panel.nextElementSibling;
    this.button = bar.querySelector("[data-record=voice]");
    this.sayer = new Sayer(bar.querySelector("[data-said]"), this.words);
    this.pressed = performance.now();
    this.isHeld = "pressed" in this.button.dataset;
    this.face = {title: this.button.title, label: this.button.querySelector("span").textContent};
  }

  start() {
    const silence = listen(
      [this.panel, "click", (event) => this.onClick(event)],
      [document, "keydown", (event) => this.onKey(event), {capture: true}],
      [document, "pointermove", (event) => this.onMove(event)],
      [document, "pointerup", () => this.onRelease()],
      [document, "pointercancel", () => this.lock()],
      [this.button, "click", (event) => this.onButton(event)],
      [window, "submit", (event) => this.onSubmit(event), {capture: true}],
      [window, "pagehide", () => this.take?.stop()],
    );
    this.begin();
    return () => { silence(); this.take?.stop(); this.isGone = true; };
  }

  async begin() {
    const stream = await open({audio: true}, this.words, () => this.leave());
    if (!stream || this.isGone) return void close(stream);
    this.recording = uploadsOf(this.button.form).record(this.button);
    if (!this.recording) {
      close(stream);
      return void this.leave();
    }
    this.take = new Take(stream, this.recording, {
      name: this.words.name,
      kind: "voice",
      seconds: Number(this.words.seconds),
      ears: {onTime: (seconds) => this.onTime(seconds), onEnd: (reason, seconds) => this.onEnd(reason, seconds)},
    });
    this.take.begin();
    /* Who was asked first has let go of the button long ago. */
    if (!this.isHeld) this.lock();
    this.showHint();
    this.panel.classList.add("is-recording");
    this.sayer.say("began");
    this.nameButton(this.words.stopLabel);
  }

  /* Doing ---------------------------------------------------------------------------------------------------------- */

  onClick(event) {
    if (event.target.closest("[data-stop]")) this.take?.stop();
    if (event.target.closest("[data-discard]")) this.discard();
  }

  /* By keyboard, and a second tap: the first one has ended when this is loaded, or ends a press. */
  onButton(event) {
    if (this.take && (event.detail === 0 || this.isLocked && performance.now() - this.pressed > HELD)) this.take.stop();
  }

  onKey(event) {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    this.discard();
  }

  /* What is being recorded goes along; before the form is seen by any other script. */
  onSubmit(event) {
    if (!this.take || event.target !== this.button.form) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.submitter = event.submitter;
    this.take.stop();
  }

  onMove(event) {
    if (!this.isHeld) return;
    const {left, width, top, height} = this.button.getBoundingClientRect();
    const far = Math.hypot(event.clientX - left - width / 2, event.clientY - top - height / 2);
    this.isLeaving = far > AWAY;
    this.showHint();
  }

  onRelease() {
    if (!this.isHeld) return;
    if (this.isLeaving) this.discard();
    else if (this.take && performance.now() - this.pressed > HELD) this.take.stop();
    else this.lock();
  }

  lock() {
    this.isHeld = this.isLeaving = false;
    this.isLocked = true;
    this.showHint();
  }

  discard() {
    if (this.take) this.take.drop();
    else this.leave();
  }

  /* Showing -------------------------------------------------------------------------------------------------------- */

  showHint() {
    this.panel.classList.toggle("is-held", this.isHeld && Boolean(this.take));
    const held = this.isLeaving ? "leaving" : "held";
    const shown = !this.take ? "asking" : this.isHeld ? held : "locked";
    this.panel.querySelectorAll("[data-hint]").forEach((each) => { each.hidden = each.dataset.hint !== shown; });
  }

  onTime(seconds) {
    this.panel.querySelector("[data-time]").textContent = lengthOf(seconds);
    const bars = this.take.level.recent.map((value, place) => [4 * place + 2, Math.max(4, Math.round(100 * value))]);
    this.panel.querySelector("path").setAttribute("d", bars.map(([x, height]) => `M${x} ${50 - height / 2}v${height}`).join(""));
    if (this.words.seconds - seconds < NEARLY && !this.isWarned) {
      this.isWarned = true;
      this.sayer.say("nearly", NEARLY);
    }
  }

  async onEnd(reason, seconds) {
    const {form} = this.button;
    this.take = null;
    this.sayer.tellEnd(reason, seconds);
    this.leave();
    if (reason === "dropped" || reason === "failed") return;
    await this.recording.use();
    if (this.submitter !== undefined && form?.isConnected) form.requestSubmit(this.submitter);
  }

  nameButton(words) {
    this.button.title = words;
    this.button.querySelector("span").textContent = words;
    this.button.classList.toggle("is-recording", words === this.words.stopLabel);
  }

  leave() {
    const hadFocus = this.panel.contains(document.activeElement);
    this.isGone = true;
    this.nameButton(this.face.label);
    this.panel.remove();
    if (hadFocus) this.button.focus();
  }
}
