/*
 * Shows that a list has changed, instead of moving its rows under the pointer:
 * <div data-behaviour="list-live" data-topic="tickets" data-target="#tickets" data-one="1 change, show" data-many="{n} changes, show">
 */
import {follow} from "../lib/live.js";
import {listen} from "../lib/listen.js";
import {get} from "../lib/request.js";

const TOKEN = /(name="csrfmiddlewaretoken" value=")[^"]*/g;

export function connect(element) {
  const changed = new Set();
  const button = document.createElement("button");
  button.type = "button";
  button.className = "live-hint";
  button.hidden = true;
  element.setAttribute("role", "status");
  element.append(button);

  const say = () => {
    button.hidden = !changed.size;
    button.textContent = changed.size === 1 ? element.dataset.one : element.dataset.many.replace("{n}", changed.size);
  };
  const look = async () => {
    const fresh = await load(element.dataset.target);
    const shown = document.querySelector(element.dataset.target);
    if (fresh && shown && words(fresh) !== words(shown)) changed.add("unknown");
    say();
  };
  const show = async () => {
    const fresh = await load(element.dataset.target);
    if (!fresh) return;
    document.querySelector(element.dataset.target).innerHTML = fresh.innerHTML.replace(TOKEN, `$1${token()}`);
    changed.clear();
    say();
  };
  const stop = follow(element.dataset.topic, (hint) => {
    if (hint.kind === "again") return void look();
    if (hint.kind === "hint") changed.add(hint.ticket);
    say();
  });
  const silence = listen([button, "click", show]);
  return () => { stop(); silence(); button.remove(); };
}

async function load(selector) {
  const response = await get(location.href).catch(() => null);
  if (!response?.ok) return null;
  return new DOMParser().parseFromString(await response.text(), "text/html").querySelector(selector);
}

/* Relative times change by themselves. */
function words(element) {
  const copy = element.cloneNode(true);
  copy.querySelectorAll("time, script, input").forEach((each) => each.remove());
  return copy.textContent.replace(/\s+/g, " ").trim();
}

function token() {
  return JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
}
