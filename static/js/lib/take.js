/*
 * Records a stream of microphone or camera: const take = new Take(stream, recording, {name, kind, seconds, ears}) with the
 * Recording of recording.js; begin(), stop() and drop(). `ears` hears {onTime(seconds), onEnd(reason, seconds)}, where the
 * reason is "stopped", "full" after the `seconds` that it may last, "interrupted" where the device was taken away, such as by a
 * phone call, "failed", or "dropped".
 */
import {Level} from "./level.js";
import {close} from "./recording-place.js";

const PART = 1_000;
const TICK = 100;
/* MP4 is played everywhere; a browser that writes Opus into it calls that MP4, too. */
const TYPES = {
  voice: ["audio/mp4;codecs=mp4a.40.2", "audio/webm;codecs=opus", "audio/webm", "audio/ogg;codecs=opus", "audio/mp4"],
  film: [
    "video/mp4;codecs=avc1.42E01F,mp4a.40.2", "video/mp4;codecs=avc1,mp4a.40.2", "video/webm;codecs=vp8,opus",
    "video/webm", "video/mp4",
  ],
};
const SUFFIXES = {"audio/mp4": "m4a", "audio/webm": "webm", "audio/ogg": "ogg", "video/mp4": "mp4", "video/webm": "webm"};
const RATES = {audioBitsPerSecond: 64_000, videoBitsPerSecond: 1_500_000};

export class Take {
  constructor(stream, recording, {name, kind, seconds, ears}) {
    Object.assign(this, {stream, recording, name, seconds, ears});
    this.level = new Level(stream);
    const type = TYPES[kind].find((each) => MediaRecorder.isTypeSupported(each));
    this.recorder = new MediaRecorder(stream, {...RATES, ...(type && {mimeType: type})});
  }

  begin() {
    const {recorder, recording, stream} = this;
    recorder.addEventListener("dataavailable", ({data}) => data.size && recording.add(data, this.level.take()));
    recorder.addEventListener("error", () => this.end("failed"));
    /* Also where all its tracks have ended. */
    recorder.addEventListener("stop", () => this.finish(this.reason ?? "interrupted"));
    stream.getTracks().forEach((track) => ["ended", "mute"].forEach((type) => track.addEventListener(type, () => this.end("interrupted"))));
    recorder.start(PART);
    /* A phone that falls asleep takes its microphone away. It lets go of this by itself when the page is left. */
    navigator.wakeLock?.request("screen").then((lock) => { this.awake = this.reason ? lock.release() : lock; }).catch(() => null);
    const [type] = (recorder.mimeType || "audio/webm").split(";");
    recording.begin(`${this.name} ${clock(new Date())}.${SUFFIXES[type] ?? "webm"}`, type);
    this.begun = performance.now();
    this.timer = setInterval(() => this.tick(), TICK);
  }

  get passed() {
    return (performance.now() - this.begun) / 1_000;
  }

  tick() {
    this.level.listen();
    this.ears.onTime(this.passed);
    if (this.passed >= this.seconds) this.end("full");
  }

  stop() {
    this.end("stopped");
  }

  drop() {
    this.end("dropped");
  }

  end(reason) {
    if (this.reason) return;
    this.reason = reason;
    this.lasted = this.passed;
    clearInterval(this.timer);
    if (this.recorder.state !== "inactive") this.recorder.stop();
  }

  /* The last part has come before. */
  finish(reason) {
    this.end(reason);
    this.level.stop();
    close(this.stream);
    this.awake?.release?.();
    const isKept = this.reason !== "dropped" && this.recording.parts.length > 0;
    if (isKept) this.recording.finish(Math.round(1_000 * this.lasted));
    else this.recording.drop();
    this.ears.onEnd(isKept || this.reason === "dropped" ? this.reason : "failed", this.lasted);
  }
}

/* A colon is no sign for the name of a file. */
function clock(date) {
  return [date.getHours(), date.getMinutes()].map((each) => String(each).padStart(2, "0")).join(".");
}
