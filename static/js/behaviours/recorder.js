/*
 * Makes one recording, a voice message in <div data-behaviour="recorder" data-kind="voice"> or a film in a <dialog> of
 * the kind "film", which is there as long as that takes. Both come from ui/recorder.html, which has the words.
 */
import {Filming} from "../lib/filming.js";
import {VoiceMessage} from "../lib/voice-message.js";

export function connect(panel) {
  panel.dataset.ready = "";
  const made = panel.dataset.kind === "film" ? new Filming(panel) : new VoiceMessage(panel);
  return made.start();
}
