/*
 * Acts on the tickets of a list without leaving it: <div data-behaviour="row-actions" data-counts="/counts/">.
 * Buttons of the form #row-action act, those of #row-question ask first, in #row-dialog. Then the row is drawn anew, or
 * leaves, or says to which group it belongs now; all others stay, and the focus goes on to the next. Rows that have somebody get the button in the template
 * #row-assign, if there is one, by this script: it would make each page of the list heavier.
 */
import {parse} from "../lib/content.js";
import {listen} from "../lib/listen.js";
import {get, post, refusalOf} from "../lib/request.js";
import {RowGroups} from "../lib/row-groups.js";
import {toast} from "../lib/toast.js";

const TAKEN = "tr:has(.status--assigned, .status--in-progress)";

export function connect(element) {
  const dialog = document.getElementById("row-dialog");
  const title = dialog.querySelector("h2");
  const place = dialog.querySelector("[data-place]");
  const groups = new RowGroups(element);
  let row = null;
  let isBusy = false;

  const ask = (markup) => {
    const page = parse(markup);
    const form = page.querySelector("#row-answer");
    if (!form) return false;
    title.textContent = page.querySelector("h1").textContent;
    place.replaceChildren(form);
    if (!dialog.open) dialog.showModal();
    return true;
  };
  const openQuestion = async (address) => {
    const response = await get(address).catch(() => null);
    if (!response?.ok || !ask(await response.text())) location.assign(address);
  };
  const act = async (address, form) => {
    if (isBusy) return;
    isBusy = true;
    /* Its own hint is no news. */
    document.dispatchEvent(new CustomEvent("row:acted", {detail: numberOf(row)}));
    const response = await post(address, new FormData(form)).catch(() => null);
    isBusy = false;
    if (!response) { form.submit(); return; }
    const isPage = (response.headers.get("Content-Type") || "").includes("html");
    if (isPage && !response.ok && ask(await response.clone().text())) return;
    if (dialog.open) dialog.close();
    if (isPage && response.ok) show(parse(await response.text()));
    else toast({text: (await refusalOf(response)).message, level: "error"});
  };
  const show = (page) => {
    const fresh = page.querySelector("#ticket-rows tbody tr:not(.table-list__group)");
    const next = following(row);
    if (fresh) {
      const heading = page.querySelector(".table-list__group");
      row.replaceWith(fresh);
      groups.mark(fresh, heading);
    } else leave(row, page.querySelector("#ticket-rows"));
    document.getElementById("toasts").append(...page.querySelectorAll("#toasts > .toast"));
    if (fresh) addAssign(fresh.parentElement);
    const link = next?.querySelector(".subject") || element.querySelector(".subject") || document.getElementById("tickets");
    link.focus({preventScroll: next !== null});
    window.htmx.ajax("GET", element.dataset.counts, {source: element, swap: "none", select: "unset"});
  };
  /* `nothing` is what the server says of a list without rows. */
  const leave = (gone, nothing) => {
    groups.remove(gone);
    if (!element.querySelector(".subject, .table-list__more")) element.replaceChildren(...nothing.childNodes);
  };
  const following = (from) => {
    const rows = [...element.querySelectorAll("tr:has(.subject)")];
    return rows[rows.indexOf(from) + 1] || null;
  };
  const addAssign = (within) => {
    const template = document.getElementById("row-assign");
    for (const each of template ? within.querySelectorAll(TAKEN) : []) {
      const subject = each.querySelector(".row-subject");
      let actions = subject.querySelector(".row-actions");
      if (actions?.querySelector("[formaction$='/assign/']")) continue;
      actions ||= subject.appendChild(Object.assign(document.createElement("span"), {className: "row-actions"}));
      const button = template.content.firstElementChild.cloneNode(true);
      button.setAttribute("formaction", `${each.querySelector(".subject").pathname}assign/`);
      actions.append(button);
    }
  };
  const onSubmit = (event) => {
    const {target, submitter} = event;
    if (!["row-action", "row-question", "row-answer"].includes(target.id) || !submitter) return;
    event.preventDefault();
    if (target.method === "post") {
      row = submitter.closest("tr") || row;
      act(submitter.hasAttribute("formaction") ? submitter.formAction : target.action, target);
      return;
    }
    row = submitter.closest("tr");
    const address = new URL(submitter.formAction);
    address.search = new URLSearchParams(new FormData(target));
    openQuestion(address);
  };
  addAssign(element);
  return listen(
    [element, "submit", onSubmit],
    [dialog, "submit", onSubmit],
    [element, "htmx:afterSettle", () => { groups.forgetRepeated(); addAssign(element); }],
  );
}

function numberOf(row) {
  return Number(row.querySelector(".subject").pathname.match(/(\d+)\/$/)[1]);
}
