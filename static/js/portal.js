/* The portal, and the pages before signing in. What only some pages have is loaded by the pages that have it. */
import * as answerDirectly from "./behaviours/answer-directly.js";
/* Not loaded later: what is typed before it listens would be lost. */
import * as keepUnsent from "./behaviours/keep-unsent.js";
import * as live from "./behaviours/live.js";
import * as menu from "./behaviours/menu.js";
import * as relativeTime from "./behaviours/relative-time.js";
import * as submitOnce from "./behaviours/submit-once.js";
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
  "carried-text": () => import("./behaviours/carried-text.js"),
  "char-counter": () => import("./behaviours/char-counter.js"),
  composer: () => import("./behaviours/composer.js"),
  copy: () => import("./behaviours/copy.js"),
  "day-shortcuts": () => import("./behaviours/day-shortcuts.js"),
  drawing: () => import("./behaviours/drawing.js"),
  enlarge: () => import("./behaviours/enlarge.js"),
  expire: () => import("./behaviours/expire.js"),
  halves: () => import("./behaviours/halves.js"),
  "help-counts": () => import("./behaviours/help-counts.js"),
  "help-steps": () => import("./behaviours/help-steps.js"),
  "keep-help": () => import("./behaviours/keep-help.js"),
  "keep-text": () => import("./behaviours/keep-text.js"),
  "keep-unsent": keepUnsent,
  live,
  "local-time": () => import("./behaviours/local-time.js"),
  menu,
  "message-actions": () => import("./behaviours/message-actions.js"),
  "message-search": () => import("./behaviours/message-search.js"),
  messenger: () => import("./behaviours/messenger.js"),
  "needs-network": () => import("./behaviours/needs-network.js"),
  "open-field": () => import("./behaviours/open-field.js"),
  player: () => import("./behaviours/player.js"),
  presence: () => import("./behaviours/presence.js"),
  "private-link": () => import("./behaviours/private-link.js"),
  push: () => import("./behaviours/push.js"),
  "read-number": () => import("./behaviours/read-number.js"),
  "read-photo": () => import("./behaviours/read-photo.js"),
  recorder: () => import("./behaviours/recorder.js"),
  "recorder-opener": () => import("./behaviours/recorder-opener.js"),
  "relative-time": relativeTime,
  scanner: () => import("./behaviours/scanner.js"),
  seen: () => import("./behaviours/seen.js"),
  "sign-out": () => import("./behaviours/sign-out.js"),
  "submit-once": submitOnce,
  tabs: () => import("./behaviours/tabs.js"),
  toasts,
  unprepared: () => import("./behaviours/unprepared.js"),
  "unsent-text": () => import("./behaviours/unsent-text.js"),
  uploads: () => import("./behaviours/uploads.js"),
  viewer: () => import("./behaviours/viewer.js"),
  "viewer-opener": () => import("./behaviours/viewer-opener.js"),
});
