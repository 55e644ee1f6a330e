/*
 * The way between two browsers, by "perfect negotiation": both may offer at any time, and where they do at once the polite
 * one gives way. const peer = new CallPeer({servers, polite, say, onTrack, onState}); peer.hear(data) takes what the other
 * side said. peer.put(track) sends a track, or another one in its place.
 */

const PATIENCE = 3_000; /* An interruption that is longer needs another way. */

export class CallPeer {
  isOffering = false;
  ignoresOffer = false;
  waiting = [];
  timer = null;

  constructor({servers, polite, say, onTrack, onState}) {
    Object.assign(this, {polite, say, onState});
    this.way = new RTCPeerConnection({iceServers: servers});
    this.way.addEventListener("negotiationneeded", () => this.offer());
    this.way.addEventListener("icecandidate", ({candidate}) => say({candidate}));
    this.way.addEventListener("track", ({track, streams}) => onTrack(track, streams[0]));
    this.way.addEventListener("connectionstatechange", () => this.follow());
    this.way.addEventListener("iceconnectionstatechange", () => this.follow());
  }

  get state() {
    return this.way.connectionState;
  }

  /* What each side has to show is asked for, also where it has none of its own. */
  begin(tracks, stream) {
    for (const kind of ["audio", "video"]) {
      const track = tracks.find((each) => each.kind === kind);
      if (track) this.way.addTrack(track, stream);
      else if (!this.polite) this.way.addTransceiver(kind, {direction: "recvonly"});
    }
  }

  /* `null` in place of a track is silence, or no picture. */
  async put(kind, track, stream) {
    const found = this.way.getTransceivers().find((each) => each.receiver.track.kind === kind && !each.stopped);
    if (found && found.sender.track) await found.sender.replaceTrack(track);
    else if (track) this.way.addTrack(track, stream);
  }

  async offer() {
    try {
      this.isOffering = true;
      await this.way.setLocalDescription();
      this.say({description: this.way.localDescription});
    } catch (error) {
      if (this.way.signalingState !== "closed") throw error;
    } finally {
      this.isOffering = false;
    }
  }

  async hear({description, candidate}) {
    if (this.way.signalingState === "closed") return;
    try {
      if (description) await this.take(description);
      else if (candidate) await this.way.addIceCandidate(candidate);
    } catch (error) {
      /* Candidates of an offer that was not taken have no place. */
      if (!this.ignoresOffer && this.way.signalingState !== "closed") throw error;
    }
  }

  async take(description) {
    const collides = description.type === "offer" && (this.isOffering || this.way.signalingState !== "stable");
    this.ignoresOffer = !this.polite && collides;
    if (this.ignoresOffer) return;
    await this.way.setRemoteDescription(description);
    if (description.type !== "offer") return;
    await this.way.setLocalDescription();
    this.say({description: this.way.localDescription});
  }

  follow() {
    clearTimeout(this.timer);
    const isBroken = this.state === "failed" || this.way.iceConnectionState === "failed";
    if (isBroken) this.restart();
    else if (this.state === "disconnected") this.timer = setTimeout(() => this.restart(), PATIENCE);
    this.onState(this.state);
  }

  /* Another way for the same call, such as after the step from Wi-Fi to a mobile network. */
  restart() {
    clearTimeout(this.timer);
    if (this.way.signalingState !== "closed") this.way.restartIce();
  }

  /* {delay, lost}: seconds there and back, and the share of packets that did not come since the last time. */
  async measure() {
    const found = {delay: 0, lost: 0};
    let [packets, missing] = [0, 0];
    for (const each of (await this.way.getStats()).values()) {
      if (each.type === "candidate-pair" && each.nominated && each.currentRoundTripTime) found.delay = each.currentRoundTripTime;
      if (each.type === "inbound-rtp") { packets += each.packetsReceived ?? 0; missing += Math.max(0, each.packetsLost ?? 0); }
    }
    const before = this.counted ?? {packets: 0, missing: 0};
    const all = packets - before.packets + missing - before.missing;
    found.lost = all > 0 ? Math.max(0, missing - before.missing) / all : 0;
    this.counted = {packets, missing};
    return found;
  }

  close() {
    clearTimeout(this.timer);
    this.way.close();
  }
}
