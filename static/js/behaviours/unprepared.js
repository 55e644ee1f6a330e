/*
 * Shows a film or recording anew when what is made of it is there, such as its poster or wave form:
 * <div data-behaviour="unprepared" data-prepared-url="/files/…/player/">, in a page that follows its ticket. One that is being
 * played is left alone until it pauses.
 */
import {listen} from "../lib/listen.js";
import {follow} from "../lib/live.js";
import {get} from "../lib/request.js";

const NOT_YET = 204;

export function connect(element) {
  const topics = topicsFor(element);
  if (!topics) return null;
  const player = element.querySelector("audio, video");
  let fresh = null;
  const put = () => {
    if (!fresh || !player.paused || !element.isConnected) return;
    element.closest(".attachment").replaceWith(fresh);
  };
  const load = async () => {
    const response = await get(element.dataset.preparedUrl).catch(() => null);
    if (!response?.ok || response.status === NOT_YET || fresh) return;
    const holder = document.createElement("template");
    holder.innerHTML = await response.text();
    fresh = holder.content.firstElementChild;
    put();
  };
  const unfollow = follow(topics, load);
  const silence = listen([player, "pause", put]);
  return () => { unfollow(); silence(); };
}

/* Employees also hear of files that customers may not know of. */
function topicsFor(element) {
  const followed = element.closest("[data-topics^='ticket.']") ?? document.querySelector("[data-topics^='ticket.']");
  const [, ticket, rest] = followed?.dataset.topics.match(/^ticket\.(\d+)\.(.*)/) ?? [];
  if (!ticket) return "";
  return rest === "follow" ? `ticket.${ticket}.files` : `ticket.${ticket}.files ticket.${ticket}.files.inside`;
}
