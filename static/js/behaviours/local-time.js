/* Shows a moment in the time zone of the browser: <time datetime="2026-11-30T09:00:00+00:00" data-behaviour="local-time">. */

const FORM = {weekday: "short", day: "numeric", month: "long", year: "numeric", hour: "numeric", minute: "2-digit"};

export function connect(element) {
  const language = element.closest("[lang]").lang;
  element.textContent = new Intl.DateTimeFormat(language, FORM).format(new Date(element.dateTime));
}
