/* Puts the time zone of the browser into a hidden field: <input type="hidden" data-behaviour="zone">. */

export function connect(element) {
  element.value = new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
