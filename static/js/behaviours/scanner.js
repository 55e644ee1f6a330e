/*
 * Reads codes of ours with the camera: <section data-behaviour="scanner" data-decode-url="/scan/decode/"
 * data-public-url="https://…" hidden> around a [data-picture] video, a [data-start] and a [data-torch] button and a
 * [data-said] line. Begins by itself at #camera.
 */
import {listen} from "../lib/listen.js";
import {makeReader, NO_CONNECTION, TooMuch} from "../lib/reader.js";

const PAUSE = 500; /* Milliseconds between two looks. */
const PATIENCE = 60_000; /* Then it stops: a forgotten camera eats the battery. */

export function connect(element) {
  if (!navigator.mediaDevices?.getUserMedia) return null;
  element.hidden = false;
  const scanner = new Scanner(element);
  const startIfAsked = () => { if (location.hash === "#camera") scanner.start(); };
  startIfAsked();
  const stop = listen(
    [scanner.starter, "click", () => scanner.start()],
    [scanner.torch, "click", () => scanner.toggleTorch()],
    [window, "hashchange", startIfAsked],
    [window, "pagehide", () => scanner.stop()],
    [document, "visibilitychange", () => { if (document.hidden) scanner.stop(); }],
  );
  return () => { scanner.stop(); stop(); };
}

class Scanner {
  /* Another one for each start; null while nobody wants the camera. */
  wish = null;
  stream = null;

  constructor(element) {
    this.texts = element.dataset;
    this.stage = element.querySelector("[data-stage]");
    this.picture = element.querySelector("[data-picture]");
    this.starter = element.querySelector("[data-start]");
    this.torch = element.querySelector("[data-torch]");
    this.said = element.querySelector("[data-said]");
  }

  async start() {
    if (this.wish) return;
    const wish = {};
    this.wish = wish;
    this.starter.hidden = true;
    try {
      const stream = await navigator.mediaDevices.getUserMedia({audio: false, video: {facingMode: "environment"}});
      if (this.wish !== wish) return void end(stream);
      this.stream = stream;
      this.picture.srcObject = stream;
      this.stage.hidden = false;
      await this.picture.play();
    } catch (error) {
      if (this.wish === wish) this.stop(error.name === "NotFoundError" ? this.texts.missing : this.texts.refused);
      return;
    }
    if (this.wish !== wish) return;
    this.torch.hidden = !this.track.getCapabilities?.().torch;
    this.say(this.texts.looking);
    await this.look(this.stream);
  }

  get track() {
    return this.stream.getVideoTracks()[0];
  }

  /* Until a code is found, the time is over or somebody stops it. */
  async look(stream) {
    const reader = await makeReader(this.texts.decodeUrl, this.texts.publicUrl);
    const end = Date.now() + PATIENCE;
    while (this.stream === stream && Date.now() < end) {
      try {
        const found = await reader(this.picture);
        if (found?.path) return this.open(found.path);
        if (found) this.say(found === NO_CONNECTION ? this.texts.offline : this.texts.foreign);
        else this.say(this.texts.looking);
      } catch (error) {
        if (!(error instanceof TooMuch)) throw error;
        return this.stop(error.message);
      }
      await new Promise((resolve) => { setTimeout(resolve, PAUSE); });
    }
    if (this.stream === stream) this.stop(this.texts.ended);
    return null;
  }

  open(path) {
    if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(60);
    this.stop();
    location.assign(path + this.texts.query);
  }

  stop(said = "") {
    if (this.stream) end(this.stream);
    this.wish = null;
    this.stream = null;
    this.stage.hidden = true;
    this.torch.hidden = true;
    this.torch.setAttribute("aria-pressed", "false");
    this.starter.hidden = false;
    this.say(said);
  }

  say(text) {
    if (this.said.textContent !== text) this.said.textContent = text;
  }

  async toggleTorch() {
    const isOn = this.torch.getAttribute("aria-pressed") !== "true";
    await this.track.applyConstraints({advanced: [{torch: isOn}]});
    this.torch.setAttribute("aria-pressed", String(isOn));
  }
}

function end(stream) {
  stream.getTracks().forEach((track) => track.stop());
}
