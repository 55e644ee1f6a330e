/* Takes away what can be done for a short time only: <div data-behaviour="expire" data-seconds="10">. */

export function connect(element) {
  const timer = setTimeout(() => element.remove(), Number(element.dataset.seconds) * 1000);
  return () => clearTimeout(timer);
}
