/*
 * Zooms and moves a picture in its stage by fingers, wheel and calls: zoom.take(picture), or null for what stays as it is.
 * A finger that draws over what is not zoomed is a swipe, with its distance in pixels.
 */
import {listen} from "./listen.js";

const LARGEST = 8;
const STEP = 1.5;
const MOVE = 80; /* Pixels. */

export class Zoom {
  picture = null;
  fingers = new Map();

  constructor(stage, swiped) {
    this.stage = stage;
    this.swiped = swiped;
    this.stop = listen(
      [stage, "pointerdown", (event) => this.down(event)],
      [stage, "pointermove", (event) => this.drag(event)],
      [stage, "pointerup", (event) => this.up(event)],
      [stage, "pointercancel", (event) => this.up(event, false)],
      [stage, "wheel", (event) => this.wheel(event), {passive: false}],
      [stage, "dblclick", (event) => this.double(event)],
    );
  }

  get isZoomed() {
    return this.scale > 1;
  }

  take(picture) {
    this.picture = picture;
    this.reset();
  }

  reset() {
    [this.scale, this.x, this.y, this.drawn] = [1, 0, 0, 0];
    this.apply();
  }

  by(steps) {
    this.to(this.scale * STEP ** steps);
  }

  /* The point, from the middle of the stage, stays where it is. */
  to(scale, [x, y] = [0, 0]) {
    const wanted = Math.min(LARGEST, Math.max(1, scale));
    const share = wanted / this.scale;
    [this.x, this.y] = [x - (x - this.x) * share, y - (y - this.y) * share];
    this.scale = wanted;
    this.apply();
  }

  move(right, down) {
    [this.x, this.y] = [this.x - right * MOVE, this.y - down * MOVE];
    this.apply();
  }

  apply() {
    const {clientWidth, clientHeight} = this.stage;
    this.x = within(this.x, ((this.scale - 1) * clientWidth) / 2);
    this.y = within(this.y, ((this.scale - 1) * clientHeight) / 2);
    this.stage.classList.toggle("is-zoomed", this.isZoomed);
    if (this.picture) this.picture.style.transform = `translate(${this.x + this.drawn}px, ${this.y}px) scale(${this.scale})`;
  }

  down(event) {
    if (event.button || event.target.matches("video")) return;
    this.stage.setPointerCapture(event.pointerId);
    this.fingers.set(event.pointerId, [event.clientX, event.clientY]);
    /* Two fingers are no swipe, also when one is lifted first. */
    if (this.fingers.size === 1) this.isSwipe = !this.isZoomed;
    else [this.isSwipe, this.drawn] = [false, 0];
  }

  drag(event) {
    const before = this.fingers.get(event.pointerId);
    if (!before) return;
    const others = [...this.fingers].filter(([id]) => id !== event.pointerId).map(([, point]) => point);
    const now = [event.clientX, event.clientY];
    this.fingers.set(event.pointerId, now);
    if (others.length) this.pinch(others[0], before, now);
    else if (this.isSwipe) this.drawn += now[0] - before[0];
    else [this.x, this.y] = [this.x + now[0] - before[0], this.y + now[1] - before[1]];
    this.apply();
  }

  pinch(other, before, now) {
    if (!this.picture) return;
    const middle = [(other[0] + now[0]) / 2, (other[1] + now[1]) / 2];
    [this.x, this.y] = [this.x + (now[0] - before[0]) / 2, this.y + (now[1] - before[1]) / 2];
    this.to(this.scale * (distance(other, now) / Math.max(1, distance(other, before))), this.fromMiddle(middle));
  }

  up(event, isMeant = true) {
    if (!this.fingers.delete(event.pointerId) || this.fingers.size) return;
    const {drawn} = this;
    this.drawn = 0;
    this.apply();
    if (this.isSwipe && isMeant) this.swiped(drawn);
  }

  wheel(event) {
    if (!this.picture) return;
    event.preventDefault();
    this.to(this.scale * STEP ** (-event.deltaY / 200), this.fromMiddle([event.clientX, event.clientY]));
  }

  double(event) {
    if (!this.picture) return;
    if (this.isZoomed) this.reset();
    else this.to(STEP ** 3, this.fromMiddle([event.clientX, event.clientY]));
  }

  fromMiddle([x, y]) {
    const {left, top, width, height} = this.stage.getBoundingClientRect();
    return [x - left - width / 2, y - top - height / 2];
  }
}

function distance([x, y], [left, top]) {
  return Math.hypot(x - left, y - top);
}

function within(value, most) {
  return Math.min(most, Math.max(-most, value));
}
