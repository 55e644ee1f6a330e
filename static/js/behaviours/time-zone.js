/* Proposes the time zone of the browser to people who have not chosen one: <div data-behaviour="time-zone"><input>. */

export function connect(element) {
  const input = element.querySelector("input");
  const {timeZone} = new Intl.DateTimeFormat().resolvedOptions();
  const isKnown = [...(input.list?.options ?? [])].some((option) => option.value === timeZone);
  if (isKnown && input.value === input.defaultValue) input.value = timeZone;
}
