/*
 * Controls for a recording with a wave form, from <template data-voice> (ui/voice.html): controlsOf(element, audio) puts
 * them into the element and returns them, or null. The wave form is the place to choose the position; by keyboard it is a
 * slider. The speed stays for the other recordings of the page.
 */
import {listen} from "./listen.js";

const SPEEDS = [1, 1.5, 2];
const STEPS = {ArrowLeft: -5, ArrowDown: -5, ArrowRight: 5, ArrowUp: 5};
let speed = SPEEDS[0];

export function controlsOf(element, audio) {
  const wave = element.querySelector(".attachment__wave");
  const template = document.querySelector("template[data-voice]");
  if (!wave || !template || !audio.matches("audio")) return null;
  const {content} = template;
  const sheet = content.querySelector("link").cloneNode();
  if (!document.head.querySelector(`link[href="${sheet.getAttribute("href")}"]`)) document.head.append(sheet);
  const controls = content.querySelector(".voice").cloneNode(true);
  new Controls(element, audio, controls).start(wave);
  return controls;
}

class Controls {
  constructor(element, audio, controls) {
    Object.assign(this, {audio, controls});
    this.said = Number(element.dataset.duration) / 1_000 || 0;
    [this.play, this.speed] = controls.querySelectorAll("button");
    this.seek = controls.querySelector("input");
    this.time = controls.querySelector(".voice__time");
    this.name = audio.getAttribute("aria-label");
  }

  /* A recording that was streamed into its file does not say how long it is. */
  get duration() {
    return this.said || (Number.isFinite(this.audio.duration) ? this.audio.duration : 0);
  }

  start(wave) {
    const {audio, controls} = this;
    const played = wave.cloneNode(true);
    played.classList.add("voice__played");
    wave.before(controls);
    controls.querySelector(".voice__track").prepend(wave, played);
    audio.controls = false;
    controls.setAttribute("role", "group");
    controls.setAttribute("aria-label", this.name);
    listen(
      [this.play, "click", () => this.toggle()],
      [this.speed, "click", () => this.hurry()],
      [this.seek, "input", () => this.go(Number(this.seek.value))],
      [this.seek, "keydown", (event) => this.onKey(event)],
      ...["play", "pause", "ended", "timeupdate", "durationchange", "seeked"].map((type) => [audio, type, () => this.show()]),
    );
    this.show();
  }

  toggle() {
    const {audio} = this;
    audio.playbackRate = speed;
    /* What cannot be played is said by the error of the player. */
    if (audio.paused) audio.play().catch(() => null);
    else audio.pause();
  }

  hurry() {
    speed = SPEEDS[(SPEEDS.indexOf(speed) + 1) % SPEEDS.length];
    this.audio.playbackRate = speed;
    this.show();
  }

  go(seconds) {
    this.audio.currentTime = Math.max(0, Math.min(seconds, this.duration));
    this.show();
  }

  onKey(event) {
    const ways = {Home: -Infinity, End: Infinity, ...STEPS};
    if (!(event.key in ways)) return;
    event.preventDefault();
    this.go(this.audio.currentTime + ways[event.key]);
  }

  show() {
    const {audio, play, seek, duration} = this;
    const now = audio.ended ? 0 : Math.min(audio.currentTime, duration);
    const plays = !audio.paused && !audio.ended;
    const times = {time: clock(now), total: clock(Math.max(1, duration))};
    seek.max = String(duration);
    seek.value = String(now);
    seek.setAttribute("aria-valuetext", filled(seek.dataset.of, times));
    this.controls.style.setProperty("--played", duration ? String(now / duration) : "0");
    this.controls.classList.toggle("is-playing", plays);
    label(play, plays ? play.dataset.pause : play.dataset.play);
    this.time.textContent = now || plays ? `${times.time} / ${times.total}` : times.total;
    const rate = new Intl.NumberFormat(document.documentElement.lang).format(speed);
    this.speed.textContent = `${rate}×`;
    this.speed.setAttribute("aria-label", filled(this.speed.dataset.speed, {speed: rate}));
  }
}

function label(button, words) {
  button.title = words;
  button.setAttribute("aria-label", words);
}

function filled(text, values) {
  return Object.entries(values).reduce((whole, [name, value]) => whole.replace(`{${name}}`, value), text);
}

function clock(seconds) {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
