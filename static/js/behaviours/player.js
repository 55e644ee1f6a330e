/* Makes room for the link to save a recording or film that this browser cannot play, and says so:
 * <div data-behaviour="player"><audio …></audio><p hidden>…</p><a href="/…">…</a></div>. */
import {listen} from "../lib/listen.js";

export function connect(element) {
  const player = element.querySelector("audio, video");
  /* It is known when it is tried: many browsers play more than they promise. */
  return listen([player, "error", () => giveUp(element, player)]);
}

function giveUp(element, player) {
  const hadFocus = player.matches(":focus, :focus-within");
  player.hidden = true;
  element.querySelector("p").hidden = false;
  if (hadFocus) element.querySelector("a").focus();
}
