/*
 * Makes the private link of a ticket when it is wanted, then copies or shares it: <form data-behaviour="private-link"
 * data-title="…" data-failed="…">. The parts copy and share are there only where the browser can; otherwise the form shows the link.
 */
import {listen} from "../lib/listen.js";
import {post, refusalOf} from "../lib/request.js";
import {toast} from "../lib/toast.js";

const SHOWN = 2000;

export function connect(form) {
  const part = (name) => form.querySelector(`[data-part="${name}"]`);
  const [copy, share, show, made] = ["copy", "share", "show", "made"].map(part);
  if (!navigator.clipboard) return null;
  const label = copy.querySelector(".button__label");
  const before = label.textContent;
  let asked = null;
  let timer = 0;

  /* One link, however often it is copied or shared from this page. */
  function address() {
    asked ||= make().catch((error) => { asked = null; throw error; });
    return asked;
  }

  async function make() {
    const response = await post(form.action, new FormData(form));
    if (!response.ok) throw Object.assign(new Error(), {reason: (await refusalOf(response)).message});
    const {url} = await response.json();
    const field = made.querySelector("input");
    field.value = url;
    made.hidden = false;
    return url;
  }

  async function onCopy() {
    try {
      await copied(address());
      label.textContent = copy.dataset.done;
      clearTimeout(timer);
      timer = setTimeout(() => { label.textContent = before; }, SHOWN);
    } catch (error) {
      fallBack(error);
    }
  }

  async function onShare() {
    try {
      await navigator.share({title: form.dataset.title, url: await address()});
    } catch (error) {
      /* Whoever closes the list of apps has shared nothing, which is no fault. */
      if (error.name !== "AbortError") fallBack(error);
    }
  }

  /* A browser that lets us do nothing so long after the tap shows the link, to be copied by hand. */
  function fallBack(error) {
    if (made.hidden) toast({text: error.reason || form.dataset.failed, level: "error"});
    else made.querySelector("input").select();
  }

  copy.hidden = false;
  share.hidden = !navigator.share;
  show.hidden = true;
  const leave = listen([copy, "click", onCopy], [share, "click", onShare]);
  return () => {
    clearTimeout(timer);
    leave();
  };
}

/* Some browsers take only what they are given during the tap: so they get the promise. */
async function copied(text) {
  if (!window.ClipboardItem) return navigator.clipboard.writeText(await text);
  const blob = text.then((each) => new Blob([each], {type: "text/plain"}));
  return navigator.clipboard.write([new ClipboardItem({"text/plain": blob})]);
}
