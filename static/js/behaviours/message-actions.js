/*
 * What is done with one message: <div class="chat__scroll" data-behaviour="message-actions"> with links
 * [data-message-actions], whose pages open above the conversation, and [data-jump] to messages. Answering shows
 * [data-reply-bar] of the composer, which names the message; Escape and [data-reply-cancel] take it away.
 */
import {listen} from "../lib/listen.js";
import {get, post, refusalOf} from "../lib/request.js";

export function connect(element) {
  const dialog = element.querySelector("template[data-message-dialog]").content.firstElementChild.cloneNode(true);
  const body = dialog.querySelector("[data-body]");
  document.body.append(dialog);

  const open = async (link) => {
    const response = await get(link.href).catch(() => null);
    if (!response?.ok) return void location.assign(link.href);
    body.innerHTML = await response.text();
    dialog.showModal();
  };
  const send = async (form) => {
    if (form.hasAttribute("aria-busy")) return;
    form.setAttribute("aria-busy", "true");
    const response = await post(form.action, new FormData(form)).catch(() => null);
    form.removeAttribute("aria-busy");
    if (response?.ok) {
      dialog.close();
      element.dispatchEvent(new CustomEvent("messenger:changed"));
    } else tell(form, response ? (await refusalOf(response)).message : element.dataset.offline);
  };
  const onClick = (event) => {
    const isPlain = !event.ctrlKey && !event.metaKey && !event.shiftKey;
    const link = event.target.closest("[data-message-actions]");
    if (link && isPlain) { event.preventDefault(); open(link); }
    const jump = event.target.closest("[data-jump]");
    if (jump && isPlain && document.getElementById(jump.hash.slice(1))) { event.preventDefault(); show(jump.hash); }
  };
  const onDialog = (event) => {
    const reply = event.target.closest("[data-reply]");
    if (reply) { event.preventDefault(); dialog.close(); answer(reply.dataset); }
    if (event.target === dialog || event.target.closest("[data-close]")) dialog.close();
  };
  const silence = listen(
    [element, "click", onClick],
    [dialog, "click", onDialog],
    [dialog, "submit", (event) => { event.preventDefault(); send(event.target); }],
    [document, "click", (event) => { if (event.target.closest("[data-reply-cancel]")) { event.preventDefault(); forget(); } }],
    [document, "keydown", (event) => { if (event.key === "Escape" && event.target.form?.matches("[data-composer]")) forget(); }],
    /* The message has left; the event does not bubble. */
    [document, "uploads:taken", forget, {capture: true}],
    [document, "reply:returned", ({detail}) => answer({reply: detail, ...wordsOf(detail)})],
  );
  return () => { silence(); dialog.remove(); };
}

function bar() {
  return document.querySelector("[data-reply-bar]");
}

function answer({reply, author, quote}) {
  const place = bar();
  if (!place) return;
  const form = place.closest("form");
  form.elements.reply_to.value = reply;
  const link = place.querySelector("[data-reply-quote]");
  link.href = `#message-${reply}`;
  link.querySelector("strong").textContent = author || link.querySelector("strong").textContent;
  link.querySelector("span").textContent = quote;
  place.hidden = false;
  /* Colleagues' updates answer nothing. */
  form.querySelector("[data-mode=message]")?.click();
  form.elements.text.focus();
}

/* Of a message that the page may show. */
function wordsOf(number) {
  const part = (name) => document.querySelector(`#message-${number} ${name}`)?.textContent.trim() ?? "";
  return {author: part(".bubble__author"), quote: part(".bubble__text, .bubble__gone")};
}

function forget() {
  const place = bar();
  if (!place) return;
  place.hidden = true;
  place.closest("form").elements.reply_to.value = "";
}

function show(hash) {
  /* Again, where the address has it already. */
  if (location.hash === hash) history.replaceState(null, "", location.pathname + location.search);
  location.hash = hash;
  document.getElementById(hash.slice(1)).scrollIntoView({block: "center"});
}

function tell(form, sentence) {
  form.querySelector("[role=alert]")?.remove();
  const line = document.createElement("p");
  line.className = "composer__error";
  line.setAttribute("role", "alert");
  line.textContent = sentence;
  form.prepend(line);
}
