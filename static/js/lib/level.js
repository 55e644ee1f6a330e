/*
 * How loud a stream is: new Level(stream); listen() ten times a second adds a value from 0 to 1 to `recent`, and take()
 * returns those since it was called last. Where the browser cannot say, all is quiet.
 */
const SHOWN = 64;
/* Speech is seldom louder than that share of the greatest sound. */
const LOUD = 0.5;

export class Level {
  recent = [];
  fresh = [];

  constructor(stream) {
    const Context = window.AudioContext;
    if (!Context || !stream.getAudioTracks().length) return;
    this.context = new Context();
    this.analyser = this.context.createAnalyser();
    this.analyser.fftSize = 2048;
    this.samples = new Float32Array(this.analyser.fftSize);
    this.context.createMediaStreamSource(stream).connect(this.analyser);
    this.context.resume().catch(() => null);
  }

  listen() {
    const value = this.measure();
    this.fresh.push(value);
    this.recent = [...this.recent, value].slice(-SHOWN);
  }

  measure() {
    if (!this.analyser) return 0;
    this.analyser.getFloatTimeDomainData(this.samples);
    const greatest = this.samples.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
    return Math.min(1, greatest / LOUD);
  }

  take() {
    const taken = this.fresh;
    this.fresh = [];
    return taken;
  }

  stop() {
    this.context?.close().catch(() => null);
  }
}
