/*
 * Keeps the short ages of the ticket list up to date, and says on hover what they are exactly and what is cut off:
 * <tbody data-behaviour="ticket-rows" data-ages="%(n)s min|%(n)s h|%(n)s d">
 */
import {listen} from "../lib/listen.js";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const REFRESH_MILLISECONDS = 30_000;

export function connect(element) {
  const language = document.documentElement.lang || "en";
  const exact = new Intl.DateTimeFormat(language, {dateStyle: "medium", timeStyle: "short"});
  const [minutes, hours, days] = element.dataset.ages.split("|");
  const refresh = () => element.querySelectorAll("time").forEach((time) => {
    const age = (Date.now() - new Date(time.dateTime)) / 1000;
    const [size, words] = age < HOUR ? [MINUTE, minutes] : age < DAY ? [HOUR, hours] : [DAY, days];
    time.textContent = words.replace("%(n)s", Math.max(Math.floor(age / size), 1));
  });
  const explain = ({target}) => {
    const shown = target.matches("td > a") ? target.parentElement : target;
    if (shown.matches("time")) shown.title = exact.format(new Date(shown.dateTime));
    else if (shown.scrollWidth > shown.clientWidth) shown.title = shown.textContent;
  };
  const timer = window.setInterval(refresh, REFRESH_MILLISECONDS);
  const silence = listen([element, "pointerover", explain]);
  return () => { window.clearInterval(timer); silence(); };
}
