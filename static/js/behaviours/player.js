/*
 * Says where this browser cannot play a film or recording, and takes the useless player away:
 * <div data-behaviour="player"><audio controls><source …></audio> <p data-unplayable hidden>…</p></div>
 */
import {listen} from "../lib/listen.js";

export function connect(element) {
  const player = element.querySelector("audio, video");
  const words = element.querySelector("[data-unplayable]");
  const lookAgain = () => {
    const fails = player.networkState === HTMLMediaElement.NETWORK_NO_SOURCE || player.error?.code === MediaError.MEDIA_ERR_DECODE;
    /* A connection that was lost is no fault of the browser: its player offers to try again. */
    if (!fails || !navigator.onLine) return;
    words.hidden = false;
    player.hidden = true;
  };
  lookAgain();
  /* Errors of sources do not bubble. The state is known behind the last one's. */
  return listen([element, "error", () => setTimeout(lookAgain), {capture: true}]);
}
