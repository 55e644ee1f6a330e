/* The back office. What only some pages have is loaded by the pages that have it. */
import * as answerDirectly from "./behaviours/answer-directly.js";
import * as boosted from "./behaviours/boosted.js";
import * as dialog from "./behaviours/dialog.js";
import * as dialogOpener from "./behaviours/dialog-opener.js";
/* Not loaded later: a menu may be opened at once. */
import * as filterMenus from "./behaviours/filter-menus.js";
import * as hotkey from "./behaviours/hotkey.js";
/* Not loaded later: what is typed before it listens would be lost. */
import * as keepUnsent from "./behaviours/keep-unsent.js";
import * as live from "./behaviours/live.js";
import * as menu from "./behaviours/menu.js";
import * as preference from "./behaviours/preference.js";
import * as relativeTime from "./behaviours/relative-time.js";
import * as signOut from "./behaviours/sign-out.js";
import * as submitOnce from "./behaviours/submit-once.js";
/* Not loaded later: it also says that this tab is in sight. */
import * as systemNotification from "./behaviours/system-notification.js";
import * as theme from "./behaviours/theme.js";
import * as toasts from "./behaviours/toasts.js";
import {start} from "./lib/connect.js";
import {forgetAnswered} from "./lib/unsent.js";

/* Before forms ask for what was kept. */
forgetAnswered();
start({
  "answer-directly": answerDirectly,
  answers: () => import("./behaviours/answers.js"),
  answered: () => import("./behaviours/answered.js"),
  autogrow: () => import("./behaviours/autogrow.js"),
  boosted,
  "canned-replies": () => import("./behaviours/canned-replies.js"),
  "char-counter": () => import("./behaviours/char-counter.js"),
  chime: () => import("./behaviours/chime.js"),
  changes: () => import("./behaviours/changes.js"),
  composer: () => import("./behaviours/composer.js"),
  copy: () => import("./behaviours/copy.js"),
  "drag-order": () => import("./behaviours/drag-order.js"),
  drawing: () => import("./behaviours/drawing.js"),
  "desk-form": () => import("./behaviours/desk-form.js"),
  dialog,
  "dialog-opener": dialogOpener,
  "element-form": () => import("./behaviours/element-form.js"),
  "filter-menus": filterMenus,
  "help-picker": () => import("./behaviours/help-picker.js"),
  hotkey,
  "keep-place": () => import("./behaviours/keep-place.js"),
  "row-company": () => import("./behaviours/row-company.js"),
  "row-actions": () => import("./behaviours/row-actions.js"),
  "keep-text": () => import("./behaviours/keep-text.js"),
  "keep-unsent": keepUnsent,
  "licence-plate": () => import("./behaviours/licence-plate.js"),
  live,
  "local-time": () => import("./behaviours/local-time.js"),
  "map-keys": () => import("./behaviours/map-keys.js"),
  "mark-read": () => import("./behaviours/mark-read.js"),
  mentions: () => import("./behaviours/mentions.js"),
  menu,
  "message-actions": () => import("./behaviours/message-actions.js"),
  "message-search": () => import("./behaviours/message-search.js"),
  messenger: () => import("./behaviours/messenger.js"),
  "needs-network": () => import("./behaviours/needs-network.js"),
  "new-person": () => import("./behaviours/new-person.js"),
  "open-field": () => import("./behaviours/open-field.js"),
  "outlive-tab": () => import("./behaviours/outlive-tab.js"),
  player: () => import("./behaviours/player.js"),
  presence: () => import("./behaviours/presence.js"),
  preference,
  push: () => import("./behaviours/push.js"),
  print: () => import("./behaviours/print.js"),
  "read-number": () => import("./behaviours/read-number.js"),
  "read-photo": () => import("./behaviours/read-photo.js"),
  recorder: () => import("./behaviours/recorder.js"),
  "recorder-opener": () => import("./behaviours/recorder-opener.js"),
  "relative-time": relativeTime,
  seen: () => import("./behaviours/seen.js"),
  "sign-out": signOut,
  "submit-on-choice": () => import("./behaviours/submit-on-choice.js"),
  "submit-once": submitOnce,
  suggest: () => import("./behaviours/suggest.js"),
  "system-notification": systemNotification,
  tabs: () => import("./behaviours/tabs.js"),
  theme,
  "time-zone": () => import("./behaviours/time-zone.js"),
  "ticket-rows": () => import("./behaviours/ticket-rows.js"),
  toasts,
  unprepared: () => import("./behaviours/unprepared.js"),
  "unsent-text": () => import("./behaviours/unsent-text.js"),
  uploads: () => import("./behaviours/uploads.js"),
  viewer: () => import("./behaviours/viewer.js"),
  "viewer-opener": () => import("./behaviours/viewer-opener.js"),
  zone: () => import("./behaviours/zone.js"),
});
