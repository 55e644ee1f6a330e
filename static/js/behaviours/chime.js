/* Sounds a short tone once, when it comes onto the page: <span data-behaviour="chime" hidden>. Of several pages one does. */

const NOTES = [880, 1_174.7];
const NOTE_SECONDS = 0.14;
const LOUDNESS = 0.12;
const PAUSE_MILLISECONDS = 2_000;

export function connect(element) {
  element.remove();
  /* Browsers keep pages silent that nobody has touched yet. */
  if (!window.AudioContext || !navigator.userActivation?.hasBeenActive) return;
  if (!navigator.locks) sound();
  else navigator.locks.request("chime", {ifAvailable: true}, (lock) => lock && sound());
}

function sound() {
  const audio = new AudioContext();
  NOTES.forEach((frequency, index) => play(audio, frequency, audio.currentTime + index * NOTE_SECONDS));
  return new Promise((done) => {
    window.setTimeout(() => audio.close().then(done, done), PAUSE_MILLISECONDS);
  });
}

function play(audio, frequency, begin) {
  const tone = new OscillatorNode(audio, {frequency});
  const volume = new GainNode(audio, {gain: 0});
  volume.gain.setValueAtTime(0, begin);
  volume.gain.linearRampToValueAtTime(LOUDNESS, begin + 0.01);
  volume.gain.exponentialRampToValueAtTime(0.001, begin + 2 * NOTE_SECONDS);
  tone.connect(volume).connect(audio.destination);
  tone.start(begin);
  tone.stop(begin + 2 * NOTE_SECONDS);
}
