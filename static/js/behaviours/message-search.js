/*
 * Steps through what a search finds in the conversation below:
 * <details data-behaviour="message-search" data-of="{n} of {count}"> with [data-search-form] and [data-hits]. Enter goes
 * to the next earlier hit, with Shift to the later one. A hit that the page does not show is opened with what is around it.
 */
import {listen} from "../lib/listen.js";
import {get} from "../lib/request.js";

export function connect(element) {
  const form = element.querySelector("[data-search-form]");
  const place = element.querySelector("[data-hits]");
  const steps = element.querySelector("[data-steps]");
  let words = "";
  let at = 0;

  const hits = () => [...place.querySelectorAll("[data-hit]")];
  const ask = async () => {
    const wanted = form.elements.q.value.trim();
    if (!wanted) return false;
    const address = `${form.getAttribute("action")}?${new URLSearchParams({q: wanted})}`;
    const response = await get(address).catch(() => null);
    if (!response?.ok) return void location.assign(address);
    words = wanted;
    place.innerHTML = await response.text();
    return true;
  };
  const show = () => {
    const found = hits();
    steps.hidden = !found.length;
    steps.querySelector("[data-position]").textContent =
      element.dataset.of.replace("{n}", at + 1).replace("{count}", found.length);
    found.forEach((hit, index) => { if (index === at) hit.setAttribute("aria-current", "true"); else hit.removeAttribute("aria-current"); });
    found[at]?.scrollIntoView({block: "nearest"});
  };
  const go = (index) => {
    const found = hits();
    if (!found.length) return;
    at = (index + found.length) % found.length;
    show();
    const bubble = document.getElementById(`message-${found[at].dataset.hit}`);
    if (!bubble) return void location.assign(found[at].href);
    history.replaceState(null, "", location.pathname + location.search);
    location.hash = bubble.id;
    bubble.scrollIntoView({block: "center"});
  };
  const find = async (step) => {
    if (form.elements.q.value.trim() === words) go(at + step);
    else if (await ask()) { show(); go(0); }
  };
  const resume = async () => {
    if (!form.elements.q.value || !(await ask())) return;
    const shown = new URLSearchParams(location.search).get("message");
    at = Math.max(0, hits().findIndex((hit) => hit.dataset.hit === shown));
    show();
  };
  const onClick = (event) => {
    const step = event.target.closest("[data-step]");
    const hit = event.target.closest("[data-hit]");
    if (step) find(Number(step.dataset.step));
    if (hit && !event.ctrlKey && !event.metaKey && !event.shiftKey) { event.preventDefault(); go(hits().indexOf(hit)); }
  };
  resume();
  return listen(
    [form, "submit", (event) => { event.preventDefault(); find(1); }],
    [form, "keydown", (event) => {
      if (event.key !== "Enter" || !event.shiftKey) return;
      event.preventDefault();
      find(-1);
    }],
    [element, "click", onClick],
    [element, "toggle", () => element.open && form.elements.q.focus()],
  );
}
