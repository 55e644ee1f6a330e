/* Keeps <time datetime="…" data-behaviour="relative-time">5 minutes ago</time> up to date, with a title in local time. */

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const LIMIT = 7 * DAY;
const REFRESH_MILLISECONDS = 30_000;
const elements = new Set();
let timer = 0;

export function connect(element) {
  const language = document.documentElement.lang || "en";
  const moment = new Date(element.dateTime);
  element.title = new Intl.DateTimeFormat(language, {dateStyle: "medium", timeStyle: "short"}).format(moment);
  elements.add(element);
  timer ||= window.setInterval(() => elements.forEach(refresh), REFRESH_MILLISECONDS);
  return () => elements.delete(element);
}

function refresh(element) {
  const age = (Date.now() - new Date(element.dateTime)) / 1000;
  if (age < MINUTE || age >= LIMIT) return;
  const words = new Intl.RelativeTimeFormat(document.documentElement.lang || "en");
  const [size, unit] = age < HOUR ? [MINUTE, "minute"] : age < DAY ? [HOUR, "hour"] : [DAY, "day"];
  element.textContent = words.format(-Math.floor(age / size), unit);
}
