/*
 * Pictures and films of the page, one after the other: <dialog class="viewer" data-behaviour="viewer" data-first="/files/…">,
 * which is there once and leaves when it is closed. Swipes and arrows go on, two fingers, wheel, + and − zoom, and arrows
 * move what is zoomed.
 */
import {Zoom} from "../lib/zoom.js";
import {listen} from "../lib/listen.js";

const SHOWN = ".attachment__image, .attachment .attachment__played video";
const SWIPE = 48; /* Pixels. */
const STEPS = {PageUp: -1, PageDown: 1};
const ARROWS = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};
const ZOOMS = {"+": 1, "=": 1, "-": -1};

export function connect(dialog) {
  return new Viewer(dialog).start();
}

class Viewer {
  constructor(dialog) {
    this.dialog = dialog;
    this.stage = dialog.querySelector("[data-stage]");
    this.items = [...document.querySelectorAll(SHOWN)].filter((each) => !dialog.contains(each)).map(itemOf);
    this.index = Math.max(0, this.items.findIndex((item) => item.address === dialog.dataset.first));
    this.opener = this.items[this.index]?.element;
    this.zoom = new Zoom(this.stage, (distance) => this.swiped(distance));
  }

  start() {
    const stop = listen(
      [this.dialog, "click", (event) => this.onClick(event)],
      [this.dialog, "keydown", (event) => this.onKey(event)],
      [this.dialog, "close", () => this.leave()],
    );
    this.dialog.querySelector("[data-ways]").hidden = this.items.length < 2;
    this.show();
    whenStyled(this.dialog).then(() => {
      if (this.dialog.isConnected && !this.dialog.open) this.dialog.showModal();
      this.dialog.querySelector("[data-close]").focus();
    });
    return () => { stop(); this.zoom.stop(); };
  }

  show() {
    const item = this.items[this.index];
    const shown = item.isFilm ? filmOf(item) : pictureOf(item);
    const failed = this.part("failed");
    failed.hidden = true;
    /* Those of sources do not bubble; whether a film has another one is known behind them. */
    shown.addEventListener("error", () => setTimeout(() => { failed.hidden = !hasFailed(shown); }), {capture: true});
    this.stage.replaceChildren(shown);
    this.zoom.take(item.isFilm ? null : shown);
    this.part("name").textContent = item.name;
    const position = this.part("position");
    position.textContent = position.dataset.position.replace("{n}", this.index + 1).replace("{total}", this.items.length);
    this.dialog.querySelectorAll("[data-zoom]").forEach((each) => { each.disabled = item.isFilm; });
    offer(this.part("original"), item.original);
    offer(this.part("save"), item.original ? "" : item.save);
  }

  step(by) {
    this.index = (this.index + by + this.items.length) % this.items.length;
    this.show();
  }

  swiped(distance) {
    if (Math.abs(distance) > SWIPE && this.items.length > 1) this.step(distance < 0 ? 1 : -1);
  }

  onClick({target}) {
    const button = target.closest("button");
    if (!button) return;
    if (button.dataset.close) this.dialog.close();
    else if (button.dataset.step) this.step(Number(button.dataset.step));
    else if (button.dataset.zoom) this.zoom.by(Number(button.dataset.zoom));
  }

  onKey(event) {
    /* A film goes forward and back by the same keys. */
    if (event.target.matches("video") || event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = ARROWS[event.key];
    if (arrow && this.zoom.isZoomed) this.zoom.move(...arrow);
    else if (arrow?.[0] || STEPS[event.key]) this.step(STEPS[event.key] ?? arrow[0]);
    else if (ZOOMS[event.key]) this.zoom.by(ZOOMS[event.key]);
    else if (event.key === "0") this.zoom.reset();
    else return;
    event.preventDefault();
  }

  part(name) {
    return this.dialog.querySelector(`[data-${name}]`);
  }

  leave() {
    this.dialog.remove();
    this.opener?.focus({preventScroll: true});
  }
}

function itemOf(element) {
  const isFilm = element.matches("video");
  const picture = element.querySelector("img");
  const around = element.closest(".attachment");
  return {
    element,
    isFilm,
    address: element.href,
    preview: picture?.currentSrc || picture?.src,
    name: isFilm ? element.getAttribute("aria-label") : picture.alt,
    save: isFilm ? around.querySelector('a[href$="?download=1"]').href : `${element.href}?download=1`,
    original: around.querySelector('a[href$="?original"]')?.href ?? "",
  };
}

/* The small picture, which is here already, until the large one is. */
function pictureOf(item) {
  const picture = Object.assign(new Image(), {src: item.preview || item.address, alt: item.name, draggable: false});
  const large = Object.assign(new Image(), {src: item.address});
  large.decode().then(() => { picture.src = item.address; }, () => picture.dispatchEvent(new Event("error")));
  return picture;
}

/* With its sources, without what it looked like and how far it had played. */
function filmOf(item) {
  item.element.pause();
  const film = item.element.cloneNode(true);
  film.removeAttribute("class");
  return Object.assign(film, {hidden: false, preload: "metadata"});
}

function hasFailed(shown) {
  return shown.matches("img") || shown.error !== null || shown.networkState === HTMLMediaElement.NETWORK_NO_SOURCE;
}

function offer(link, address) {
  link.hidden = !address;
  if (address) link.href = address;
}

function whenStyled(dialog) {
  const style = dialog.querySelector("link");
  if (style.sheet) return Promise.resolve();
  return new Promise((resolve) => {
    style.addEventListener("load", resolve, {once: true});
    style.addEventListener("error", resolve, {once: true});
  });
}
