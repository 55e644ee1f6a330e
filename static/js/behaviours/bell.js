/*
 * Updates the bell: the count, the list in its drawer if that is open, and a toast for each new notification.
 * <div data-behaviour="bell" data-topic="person.7" data-url="/office/notifications/" data-ticket-url="/office/tickets/0/" data-open="Open" hidden>
 * Count and list come from the page of the notifications.
 */
import {follow} from "../lib/live.js";
import {get} from "../lib/request.js";
import {toast} from "../lib/toast.js";

const GATHER = 300;

export function connect(element) {
  let timer = null;
  let newest = null;
  const stop = follow(element.dataset.topic, (hint) => {
    if (hint.kind === "revoked") return;
    newest = hint.event === "notification" ? hint.ticket : newest;
    clearTimeout(timer);
    timer = setTimeout(refresh, GATHER);
  });
  const refresh = async () => {
    const response = await get(element.dataset.url).catch(() => null);
    if (!response?.ok) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    showCount(page);
    showList(page);
    if (newest) announce(element, page, newest);
    newest = null;
  };
  return () => { clearTimeout(timer); stop(); };
}

function showCount(page) {
  const count = page.querySelector("[data-bell-count]")?.textContent ?? "";
  document.querySelectorAll("[data-bell-count]").forEach((each) => { each.textContent = count; });
}

function showList(page) {
  const fresh = page.getElementById("notification-list");
  const shown = document.getElementById("notification-list");
  if (fresh && shown && !shown.contains(document.activeElement)) shown.innerHTML = fresh.innerHTML;
}

function announce(element, page, ticket) {
  const href = element.dataset.ticketUrl.replace("/0/", `/${ticket}/`);
  const row = page.querySelector(".notification.is-unread");
  if (document.hidden || location.pathname === href || !row) return;
  const text = (row.querySelector("[data-sentence]") || row).textContent.replace(/\s+/g, " ").trim();
  toast({text, href, linkText: element.dataset.open});
}
