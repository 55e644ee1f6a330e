/*
 * Which messages the reader has seen, and what happens to one that was written without having seen others: new
 * Guard(messenger). It waits in its bubble, below those that were missed, until its writer sends it all the same.
 */

export class Guard {
  constructor(messenger) {
    this.messenger = messenger;
    /* What was there before the page was loaded was not written meanwhile, also where the page shows earlier messages. */
    this.loaded = parseInt(messenger.element.dataset.numbers, 10) || 0;
  }

  /* The number of the last message before those that came while the reader was further up, and that are not read yet. */
  get seen() {
    const {last, scroller} = this.messenger;
    if (scroller.isAtEnd) this.before = null;
    return Math.max(this.before ?? last, this.loaded);
  }

  comes(isAtEnd) {
    this.before = isAtEnd ? null : this.before ?? this.messenger.last;
  }

  /* For a form that the browser itself sends. */
  mark(form) {
    if (form.elements.seen) form.elements.seen.value = this.seen;
  }

  hold(message, {message: sentence, markup}) {
    const {bubbles, choices, element, outbox, scroller} = this.messenger;
    outbox.change(message.key, {isHeld: true, refusal: sentence});
    bubbles.setState(message.key, "failed", sentence);
    choices.offerRefused({...message, isHeld: true});
    /* There is a gap before those that were missed. */
    if (bubbles.more("later")) return void location.assign(element.dataset.newestUrl);
    const isLonger = this.messenger.takeNew(markup);
    scroller.toEnd();
    if (isLonger) this.messenger.fetchNew();
  }

  /* All that waits for its writer: who has seen what was missed has seen it for all of them. */
  release() {
    const {choices, outbox} = this.messenger;
    const held = outbox.queue.filter(({isHeld}) => isHeld);
    held.forEach(({key}) => outbox.change(key, {isHeld: false, refusal: "", seen: this.seen}));
    held.forEach((message) => choices.offer(message, []));
    this.messenger.flush();
  }

  /* What waits leaves as soon as it can: its writer has put the phone away by then, and is not asked about what came meanwhile. */
  letPass() {
    const {outbox} = this.messenger;
    outbox.queue.filter(({refusal}) => !refusal).forEach(({key}) => outbox.change(key, {seen: null}));
  }

  /* After a reload the server is asked again, which says how long ago it was by now. */
  ask(message) {
    if (!message.isHeld) return message;
    this.messenger.outbox.change(message.key, {isHeld: false, refusal: ""});
    return {...message, isHeld: false, refusal: ""};
  }
}
