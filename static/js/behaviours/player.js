/*
 * Plays a film or recording: <div data-behaviour="player" data-duration="7400"><svg class="attachment__wave">…</svg>
 * <audio controls><source …></audio><p hidden>…</p><a href="/…">…</a></div>. One with a wave form is played there, with its
 * position and speed (voice-controls.js); of all players of a page one plays at a time. Where this browser cannot play it, the
 * useless player goes away, and the link to save stays.
 */
import {listen} from "../lib/listen.js";
import {controlsOf} from "../lib/voice-controls.js";

export function connect(element) {
  const player = element.querySelector("audio, video");
  const controls = controlsOf(element, player);
  /* It is known when it is tried: many browsers play more than they promise. */
  const lookAgain = () => {
    const fails = player.networkState === HTMLMediaElement.NETWORK_NO_SOURCE || player.error?.code === MediaError.MEDIA_ERR_DECODE;
    /* A connection that was lost is no fault of the browser: its player offers to try again. */
    if (fails && navigator.onLine) giveUp(element, player, controls);
  };
  const beAlone = ({target}) => { if (target !== player && target.matches?.("audio, video")) player.pause(); };
  lookAgain();
  /* Errors of sources, and what players do, do not bubble. The state is known behind the last error. */
  const silence = listen(
    [element, "error", () => setTimeout(lookAgain), {capture: true}],
    [document, "play", beAlone, {capture: true}],
  );
  return () => { silence(); player.pause(); };
}

function giveUp(element, player, controls) {
  const hadFocus = [player, controls].some((each) => each?.matches(":focus, :focus-within"));
  player.hidden = true;
  controls?.remove();
  element.querySelector("p").hidden = false;
  if (hadFocus) element.querySelector("a")?.focus();
}
