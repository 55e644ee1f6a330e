/* What voice messages and films have in common: the devices, and what is said of them. */
import {toast} from "./toast.js";

const SENTENCES = {
  Insecure: "insecure",
  NotAllowedError: "refused",
  SecurityError: "refused",
  NotFoundError: "missing",
  OverconstrainedError: "missing",
  NotReadableError: "busy",
};

/* Returns the stream of the devices, or nothing after telling why and calling `onFailure`. */
export async function open(wanted, words, onFailure) {
  try {
    if (!navigator.mediaDevices) throw new DOMException("", "Insecure");
    return await navigator.mediaDevices.getUserMedia(wanted);
  } catch ({name}) {
    toast({text: words[SENTENCES[name] ?? "failed"], level: "error"});
    onFailure();
    return null;
  }
}

export function close(stream) {
  stream?.getTracks().forEach((track) => track.stop());
}

/* Says to screen readers, in the live `region`, what happens, and to everybody what went otherwise than it was meant. */
export class Sayer {
  constructor(region, words) {
    Object.assign(this, {region, words});
  }

  say(name, seconds = 0) {
    this.region.textContent = this.words[name].replace("{time}", lengthOf(seconds));
  }

  tellEnd(reason, seconds) {
    if (reason === "stopped") this.say("recorded", Math.round(seconds));
    else if (reason === "dropped") this.say("discarded");
    else toast({text: this.words[reason], level: reason === "failed" ? "error" : "warning"});
  }
}

export function lengthOf(seconds) {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
