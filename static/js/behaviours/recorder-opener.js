/*
 * Offers to record with microphone and camera: <span data-behaviour="recorder-opener"> with buttons [data-record="voice"]
 * and [data-record="film"] and a template [data-recorder] for each (ui/recorder.html), which is shown when a recording
 * begins. Script and stylesheet come when the page has nothing else to do, so that they are there in a dead spot. A phone
 * films with the camera of its file input.
 */
import {listen} from "../lib/listen.js";
import {toast} from "../lib/toast.js";

const HANDHELD = "(hover: none) and (pointer: coarse)";
const IDLE = 3_000;
const PATIENCE = 8_000;

export function connect(element) {
  if (!window.MediaRecorder || !window.indexedDB) return null;
  const ways = [...element.querySelectorAll("[data-way]")];
  /* Sliding on the microphone discards, and does not move the page. */
  Object.assign(element.querySelector("[data-record=voice]").style, {touchAction: "none", userSelect: "none"});
  ways.forEach((way) => { way.hidden = way.dataset.way === "film" && window.matchMedia(HANDHELD).matches; });
  const timer = setTimeout(() => fetchAhead(element), IDLE);
  const onPress = (event) => {
    const button = event.target.closest("[data-record=voice]");
    if (!button || event.button !== 0) return;
    button.dataset.pressed = "";
    open(element, button);
  };
  /* It may be over before the script is there. */
  const onRelease = () => element.querySelectorAll("[data-pressed]").forEach((each) => { delete each.dataset.pressed; });
  /* A click that a pointer made follows the press. */
  const onClick = (event) => {
    const button = event.target.closest("[data-record]");
    if (button && (event.detail === 0 || button.dataset.record === "film")) open(element, button);
  };
  const onMenu = (event) => { if (event.target.closest("[data-record]")) event.preventDefault(); };
  const silence = listen(
    [element, "pointerdown", onPress],
    [document, "pointerup", onRelease],
    [document, "pointercancel", onRelease],
    [element, "click", onClick],
    [element, "contextmenu", onMenu],
  );
  return () => { silence(); clearTimeout(timer); };
}

function fetchAhead({dataset}) {
  if (navigator.connection?.saveData) return;
  putInHead({rel: "modulepreload", href: dataset.script});
  putInHead({rel: "stylesheet", href: dataset.sheet});
}

function putInHead(link) {
  if (document.head.querySelector(`link[href="${link.href}"]`)) return;
  document.head.append(Object.assign(document.createElement("link"), link));
}

/* While one recording is made in the page the button belongs to it. */
function open(element, button) {
  if (document.querySelector("[data-behaviour=recorder]")) return;
  putInHead({rel: "stylesheet", href: element.dataset.sheet});
  const template = element.querySelector(`[data-recorder="${button.dataset.record}"]`);
  const panel = template.content.firstElementChild.cloneNode(true);
  panel.dataset.kind = button.dataset.record;
  panel.dataset.behaviour = "recorder";
  if (panel.matches("dialog")) element.append(panel);
  else placeOf(element).before(panel);
  setTimeout(() => giveUp(panel), PATIENCE);
}

/* The script did not come. */
function giveUp(panel) {
  if (!panel.isConnected || "ready" in panel.dataset) return;
  panel.remove();
  toast({text: panel.dataset.failed, level: "error"});
}

/* Above the row with the buttons. */
function placeOf(element) {
  return element.closest(".composer__bar, .uploaders") ?? element;
}
