/*
 * Who looks at a ticket of the list, or writes in it: <tbody data-behaviour="row-company" data-person="7"> with the words that
 * presence.js takes. Asks about the rows that are there while the page is in sight.
 */
import {listen} from "../lib/listen.js";
import {follow} from "../lib/live.js";
import {sayCompany} from "../lib/company.js";

/* The server lets a page follow somewhat more. */
const MOST = 80;
/* By all parts of a long list together. */
let used = 0;

export function connect(body) {
  /* Customers do not learn it. */
  if (!body.dataset.person) return null;
  let leave = () => {};
  const refresh = () => {
    leave();
    leave = document.hidden ? () => {} : join(body);
  };
  const silence = listen([document, "visibilitychange", refresh]);
  refresh();
  return () => { leave(); silence(); };
}

function join(body) {
  const topics = [...rowsOf(body).keys()].slice(0, MOST - used);
  used += topics.length;
  const leave = topics.length ? follow(topics.join(" "), () => {}, "", (frame) => show(body, frame)) : () => {};
  return () => {
    leave();
    used -= topics.length;
    body.querySelectorAll(".row-company").forEach((each) => each.remove());
  };
}

/* By topic. */
function rowsOf(body) {
  const links = [...body.querySelectorAll("a.subject")];
  return new Map(links.map((link) => [`ticket.${link.pathname.match(/(\d+)\/$/)?.[1]}.here`, link.closest("tr")]));
}

function show(body, frame) {
  const row = rowsOf(body).get(frame.topic);
  if (!row) return;
  row.querySelector(".row-company")?.remove();
  const words = sayCompany(frame, body.dataset);
  if (!words) return;
  const mark = document.createElement("small");
  mark.className = "row-company";
  mark.dataset.fleeting = "";
  mark.textContent = words;
  row.querySelector(".subject").after(mark);
}
