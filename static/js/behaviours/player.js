/*
 * Where this browser cannot play a film or recording, takes the useless player away, says so, and leaves the link to save:
 * <div data-behaviour="player"><audio controls><source …></audio><p hidden>…</p><a href="/…">…</a></div>
 */
import {listen} from "../lib/listen.js";

export function connect(element) {
  const player = element.querySelector("audio, video");
  /* It is known when it is tried: many browsers play more than they promise. */
  const lookAgain = () => {
    const fails = player.networkState === HTMLMediaElement.NETWORK_NO_SOURCE || player.error?.code === MediaError.MEDIA_ERR_DECODE;
    /* A connection that was lost is no fault of the browser: its player offers to try again. */
    if (fails && navigator.onLine) giveUp(element, player);
  };
  lookAgain();
  /* Errors of sources do not bubble. The state is known behind the last one's. */
  return listen([element, "error", () => setTimeout(lookAgain), {capture: true}]);
}

function giveUp(element, player) {
  const hadFocus = player.matches(":focus, :focus-within");
  player.hidden = true;
  element.querySelector("p").hidden = false;
  if (hadFocus) element.querySelector("a").focus();
}
