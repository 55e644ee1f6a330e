/* An answer that arrives takes the buttons of its question away: <span data-behaviour="answered" data-question="message-12">. */

export function connect(element) {
  document.getElementById(element.dataset.question)?.querySelector("[data-question]")?.remove();
}
