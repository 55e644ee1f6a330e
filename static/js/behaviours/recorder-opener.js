/*
 * Offers to record with microphone and camera: <span data-behaviour="recorder-opener"> with buttons
 * [data-record="voice"] and [data-record="film"] and a template [data-recorder] for each (ui/recorder.html), which is
 * shown, and its script loaded, when the first recording begins. A phone films with the camera of its file input.
 */
import {listen} from "../lib/listen.js";

const HANDHELD = "(hover: none) and (pointer: coarse)";

export function connect(element) {
  if (!window.MediaRecorder || !window.indexedDB) return null;
  const ways = [...element.querySelectorAll("[data-way]")];
  /* Sliding on the microphone discards, and does not move the page. */
  Object.assign(element.querySelector("[data-record=voice]").style, {touchAction: "none", userSelect: "none"});
  ways.forEach((way) => { way.hidden = way.dataset.way === "film" && window.matchMedia(HANDHELD).matches; });
  const onPress = (event) => {
    const button = event.target.closest("[data-record=voice]");
    if (button && event.button === 0) open(element, button);
  };
  /* A click that a pointer made follows the press. */
  const onClick = (event) => {
    const button = event.target.closest("[data-record]");
    if (button && (event.detail === 0 || button.dataset.record === "film")) open(element, button);
  };
  const onMenu = (event) => { if (event.target.closest("[data-record]")) event.preventDefault(); };
  return listen([element, "pointerdown", onPress], [element, "click", onClick], [element, "contextmenu", onMenu]);
}

/* While one recording is made in the page the button belongs to it. */
function open(element, button) {
  if (document.querySelector("[data-behaviour=recorder]")) return;
  const template = element.querySelector(`[data-recorder="${button.dataset.record}"]`);
  const panel = template.content.firstElementChild.cloneNode(true);
  panel.dataset.kind = button.dataset.record;
  panel.dataset.behaviour = "recorder";
  if (panel.matches("dialog")) element.append(panel);
  else placeOf(element).before(panel);
}

/* Above the row with the buttons. */
function placeOf(element) {
  return element.closest(".composer__bar, .uploaders") ?? element;
}
