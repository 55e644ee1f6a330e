/*
 * Who has seen what in the conversation: <div data-behaviour="seen" data-seen-url="…" data-seen-topic="ticket.5.messages"
 * data-person="7" data-seen-by="Seen by {names}" data-nameless="…" data-unread-one="1 new message"
 * data-unread-many="{n} new messages" data-new="New messages">. Own bubbles get the <template data-seen>, and what was new when
 * the page was opened stands below the <template data-unread>. Says how far the reader got, while they look.
 */
import {listen} from "../lib/listen.js";
import {follow, isLive} from "../lib/live.js";
import {get, post} from "../lib/request.js";

const PAUSE = 600;
const FRESH = 3_000;
const NEAR = 8;

export function connect(element) {
  const seen = new Seen(element);
  seen.load();
  const leave = follow(element.dataset.seenTopic, ({kind}) => kind === "again" && seen.loadAgain(), "", (frame) => seen.hear(frame));
  const observer = new MutationObserver(() => seen.look());
  observer.observe(seen.list, {childList: true});
  const later = () => seen.tellLater();
  const silence = listen(
    [document, "visibilitychange", later],
    [document, "scroll", later, {capture: true, passive: true}],
  );
  return () => { leave(); silence(); observer.disconnect(); clearTimeout(seen.timer); };
}

class Seen {
  constructor(element) {
    this.element = element;
    this.list = element.querySelector(".conversation");
    this.marks = new Map();
    this.told = null;
    this.loadedAt = 0;
  }

  get bubbles() {
    return [...this.list.querySelectorAll(".bubble[data-number]")];
  }

  get own() {
    return this.bubbles.filter((each) => each.dataset.key);
  }

  async load() {
    this.loadedAt = Date.now();
    const response = await get(this.element.dataset.seenUrl).catch(() => null);
    if (!response?.ok) return;
    const {mine, by} = await response.json();
    this.isLoaded = true;
    by.forEach((mark) => this.take(mark));
    if (this.told === null && mine !== null) {
      this.told = mine;
      if (mine) this.part(mine);
    }
    this.look();
  }

  /* While there is no socket, only as long as there is something to learn. */
  loadAgain() {
    if (Date.now() - this.loadedAt < FRESH) return;
    if (isLive() || this.own.some((each) => !each.dataset.seen)) this.load();
  }

  hear({kind, by}) {
    if (kind !== "seen") return;
    by.forEach((mark) => this.take(mark));
    this.look();
  }

  take([id, name, number]) {
    if (String(id) === this.element.dataset.person) return;
    if (number > (this.marks.get(id)?.number ?? 0)) this.marks.set(id, {name, number});
  }

  look() {
    /* By the first message that they write, a reader becomes somebody. */
    if (this.isLoaded && this.own.length) this.told ??= 0;
    /* What arrives while nobody looks is new for them when they come back. */
    if (document.hidden && this.told && !this.isParted) this.part(this.told);
    this.tick();
    this.tellLater();
  }

  /* Ticks ---------------------------------------------------------------------------------------------------------- */

  tick() {
    const {own} = this;
    const newest = own.findLast((each) => this.readersOf(each).length);
    for (const bubble of own) {
      const readers = this.readersOf(bubble);
      if (!readers.length) continue;
      const state = bubble.querySelector("[data-state]");
      const isNewest = bubble === newest;
      const words = `${readers.map(({name}) => name).join("|")}${isNewest}`;
      if (bubble.dataset.seen === words) continue;
      bubble.dataset.seen = words;
      state.replaceChildren(this.element.querySelector("template[data-seen]").content.cloneNode(true));
      const text = state.querySelector("[data-words]");
      text.textContent = this.wordsFor(readers, text.textContent);
      text.classList.toggle("visually-hidden", !isNewest);
      state.title = text.textContent;
    }
  }

  readersOf(bubble) {
    return [...this.marks.values()].filter(({number}) => number >= Number(bubble.dataset.number));
  }

  wordsFor(readers, plain) {
    const {seenBy, nameless} = this.element.dataset;
    /* The team as a whole, which is all that customers learn of. */
    if (this.marks.has(0) || !seenBy) return plain;
    const names = new Intl.ListFormat(document.documentElement.lang).format(readers.map(({name}) => name || nameless));
    return seenBy.replace("{names}", names);
  }

  /* What is new ---------------------------------------------------------------------------------------------------- */

  part(after) {
    const fresh = this.bubbles.filter((each) => Number(each.dataset.number) > after && !each.dataset.key);
    const first = fresh[0];
    if (!first) return;
    this.isParted = true;
    this.list.querySelector(".unread-separator")?.remove();
    const line = this.element.querySelector("template[data-unread]").content.firstElementChild.cloneNode(true);
    line.querySelector("span").textContent = this.wordsOf(fresh);
    const above = first.previousElementSibling;
    const {box} = this;
    const wasAtEnd = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;
    (above?.matches(".day-separator") ? above : first).before(line);
    /* The line takes room. */
    if (wasAtEnd) box.scrollTop = box.scrollHeight;
    this.showLine(line);
  }

  wordsOf(fresh) {
    const {unreadOne, unreadMany} = this.element.dataset;
    /* There may be more of them above. */
    if (fresh[0] === this.bubbles[0] && this.element.querySelector("[data-more=earlier]")) return this.element.dataset.new;
    return fresh.length === 1 ? unreadOne : unreadMany.replace("{n}", fresh.length);
  }

  /* Where all that is new fits on the screen, the end stays in sight. */
  showLine(line) {
    if (location.hash || document.querySelector("[data-first]")) return;
    if (line.getBoundingClientRect().top < this.top) line.scrollIntoView({block: "start"});
  }

  get isBox() {
    return getComputedStyle(this.element).overflowY !== "visible";
  }

  get box() {
    return this.isBox ? this.element : document.scrollingElement;
  }

  get top() {
    return this.isBox ? this.element.getBoundingClientRect().top : 80;
  }

  get bottom() {
    if (this.isBox) return this.element.getBoundingClientRect().bottom;
    return document.querySelector(".portal-composer")?.getBoundingClientRect().top ?? window.innerHeight;
  }

  /* How far the reader got ----------------------------------------------------------------------------------------- */

  tellLater() {
    clearTimeout(this.timer);
    if (this.told !== null) this.timer = setTimeout(() => this.tell(), PAUSE);
  }

  async tell() {
    const {bottom} = this;
    const shown = this.bubbles.findLast((each) => each.getBoundingClientRect().top < bottom);
    const number = Number(shown?.dataset.number ?? 0);
    if (document.hidden || number <= this.told) return;
    const before = this.told;
    this.told = number;
    this.isParted = false;
    const body = new FormData();
    body.append("number", number);
    const response = await post(this.element.dataset.seenUrl, body).catch(() => null);
    if (!response?.ok && this.told === number) this.told = before;
  }
}
