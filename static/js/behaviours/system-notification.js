/*
 * Says what a toast says as a notification of the system, while no tab of ours is in sight and if the person allowed it:
 * <div class="toast" data-behaviour="system-notification" data-number="812" data-tag="ticket-5" data-title="#1042 Pump"
 * data-text="Mara wrote a message." data-url="/office/notifications/812/place/">.
 * A push about the same ticket has the same tag, so that one takes the place of the other. It is closed with the toast,
 * which goes when the ticket is read anywhere.
 */
import {isAnyInSight, onlyHere} from "../lib/tabs.js";

export function connect(element) {
  const {tag} = element.dataset;
  let isGone = false;
  const shown = show(element, () => isGone);
  return () => {
    isGone = true;
    shown.then((close) => close?.(tag));
  };
}

/* Returns what closes it, or nothing if it is not shown by this tab. */
async function show(element, isGone) {
  const {number, tag, title, text, url} = element.dataset;
  if (window.Notification?.permission !== "granted" || await isAnyInSight()) return null;
  let close = null;
  await onlyHere(`notification-${number}`, async () => {
    const options = {body: text, tag, lang: document.documentElement.lang, data: {url}};
    const worker = await navigator.serviceWorker?.getRegistration();
    if (isGone()) return;
    if (worker?.active) {
      /* Only what a worker shows replaces its pushes; it also follows the click. */
      await worker.showNotification(title, options);
      close = async () => (await worker.getNotifications({tag})).forEach((each) => each.close());
    } else {
      close = showAlone(title, options);
    }
  });
  return close;
}

function showAlone(title, options) {
  try {
    const notification = new Notification(title, options);
    notification.addEventListener("click", () => {
      window.focus();
      location.assign(options.data.url);
    });
    return () => notification.close();
  } catch {
    /* Browsers of phones show none without a worker. */
    return null;
  }
}
