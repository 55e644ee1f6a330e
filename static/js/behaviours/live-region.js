/*
 * Loads a part of the page again when something changes:
 * <div data-behaviour="live-region" data-topics="ticket.5.inside" data-url="/…fragment/" data-kinds="status_changed">…</div>
 * Hints of other kinds are ignored. New elements with data-first are scrolled into view, unless the reader is writing. The
 * element that the reader is working in is not replaced until they are done.
 */
import {follow} from "../lib/live.js";
import {get} from "../lib/request.js";

const GATHER = 150;
const SPREAD = 350;
const BUSY = 1_500;

export function connect(element) {
  const kinds = (element.dataset.kinds || "").split(/\s+/).filter(Boolean);
  let timer = null;
  /* The server's last markup: what the reader opened or closed since then is no change. */
  let said = look(element);

  const later = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(refresh, wait);
  };
  const refresh = async () => {
    if (!element.isConnected) return;
    if (isInUse(element)) return later(BUSY);
    const response = await get(element.dataset.url).catch(() => null);
    if (!response?.ok) return;
    const markup = await response.text();
    if (isInUse(element)) return later(BUSY);
    const fresh = document.createElement("div");
    fresh.innerHTML = markup;
    const news = look(fresh);
    if (news === said) return;
    said = news;
    put(element, fresh);
  };
  const stop = follow(element.dataset.topics, (hint) => {
    if (hint.kind === "revoked") location.reload();
    else if (hint.kind === "again" || !kinds.length || kinds.includes(hint.event)) later(GATHER + Math.random() * SPREAD);
  });
  return () => { clearTimeout(timer); stop(); };
}

function isInUse(element) {
  const active = document.activeElement;
  const writes = element.contains(active) && active.matches("input, textarea, select, [contenteditable]");
  const opened = element.querySelector("dialog[open], details.menu[open]");
  return writes || opened !== null || [...element.querySelectorAll("textarea, input, select")].some(isChanged);
}

function isChanged(field) {
  if (field.type === "hidden" || field.type === "submit") return false;
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.type === "file") return field.files.length > 0;
  if (field.options) return [...field.options].some((option) => option.selected !== option.defaultSelected) && field.value !== "" && !isFirst(field);
  return field.value !== field.defaultValue;
}

/* A select without a chosen option shows its first one. */
function isFirst(field) {
  return field.selectedIndex === 0 && ![...field.options].some((option) => option.defaultSelected);
}

/* The part that a reader would notice: relative times and tokens differ in every response. */
function look(root) {
  const copy = root.cloneNode(true);
  copy.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((each) => each.remove());
  copy.querySelectorAll("time").forEach((each) => each.replaceChildren());
  return copy.innerHTML.replace(/\s+/g, " ").trim();
}

function put(element, fresh) {
  const hadFirst = element.querySelector("[data-first]") !== null;
  const folds = [...element.querySelectorAll("details:not(.menu)")].map((each) => each.open);
  const focused = element.contains(document.activeElement) ? document.activeElement.id : "";
  element.replaceChildren(...fresh.childNodes);
  if (focused) document.getElementById(focused)?.focus({preventScroll: true});
  const details = [...element.querySelectorAll("details:not(.menu)")];
  if (details.length === folds.length) details.forEach((each, index) => { each.open = folds[index]; });
  const first = element.querySelector("[data-first]");
  if (first && !hadFirst && !document.activeElement?.matches("textarea, input")) first.scrollIntoView({block: "center"});
}
