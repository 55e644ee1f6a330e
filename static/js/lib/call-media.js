/*
 * Camera, microphone and screen of this device: const media = new CallMedia(); await media.open({camera, microphone}).
 * `media.stream` holds what is sent; its tracks are off while they are muted.
 */

const SOUND = {echoCancellation: true, noiseSuppression: true};

export class CallMedia {
  stream = new MediaStream();
  screen = null;
  facing = "user";

  track(kind) {
    return this.stream.getTracks().find((track) => track.kind === kind) ?? null;
  }

  /*
   * Both, or the one that there is. Raises what the browser raises where there is neither. Nothing is opened where it is
   * not wanted any more once the browser may.
   */
  async open({camera, microphone, isWanted = () => true} = {}) {
    const video = camera ? {deviceId: {exact: camera}} : {facingMode: this.facing};
    const audio = microphone ? {...SOUND, deviceId: {exact: microphone}} : SOUND;
    const wishes = [{audio, video}, {audio, video: false}, {audio: false, video}];
    let refusal = null;
    for (const wish of wishes) {
      try {
        const found = await navigator.mediaDevices.getUserMedia(wish);
        return isWanted() ? this.take(found) : found.getTracks().forEach((track) => track.stop());
      } catch (error) {
        refusal ??= error;
      }
    }
    throw refusal;
  }

  take(found) {
    this.end();
    found.getTracks().forEach((track) => this.stream.addTrack(track));
  }

  /* The next camera of the device, such as the one at its back. */
  async next() {
    const cameras = (await devices("videoinput")).map((each) => each.deviceId);
    const now = this.track("video")?.getSettings().deviceId;
    const video = cameras.length > 2
      ? {deviceId: {exact: cameras[(cameras.indexOf(now) + 1) % cameras.length]}}
      : {facingMode: this.facing === "user" ? "environment" : "user"};
    this.facing = this.facing === "user" ? "environment" : "user";
    /* Most phones open one camera at a time. */
    this.drop("video");
    const [track] = (await navigator.mediaDevices.getUserMedia({video})).getVideoTracks();
    this.stream.addTrack(track);
    return track;
  }

  async share(onEnd) {
    this.screen = await navigator.mediaDevices.getDisplayMedia({video: true, audio: false});
    const [track] = this.screen.getVideoTracks();
    track.addEventListener("ended", onEnd);
    return track;
  }

  unshare() {
    this.screen?.getTracks().forEach((track) => track.stop());
    this.screen = null;
  }

  drop(kind) {
    const track = this.track(kind);
    if (!track) return;
    track.stop();
    this.stream.removeTrack(track);
  }

  end() {
    this.drop("audio");
    this.drop("video");
  }
}

export async function devices(kind) {
  return (await navigator.mediaDevices.enumerateDevices()).filter((each) => each.kind === kind && each.deviceId);
}

/* Calls back with the level of the stream's sound, 0 to 1, some times a second; returns what stops it. */
export function listenToLevel(stream, say) {
  if (!stream.getAudioTracks().length) return () => {};
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  context.createMediaStreamSource(stream).connect(analyser);
  const values = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(values);
    say(Math.min(1, 4 * Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length)));
  }, 100);
  return () => { clearInterval(timer); if (context.state !== "closed") context.close(); };
}
