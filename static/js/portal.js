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
  autogrow: () => import("./behaviours/autogrow.js"),
  "carried-text": () => import("./behaviours/carried-text.js"),
  "char-counter": () => import("./behaviours/char-counter.js"),
  copy: () => import("./behaviours/copy.js"),
  "day-shortcuts": () => import("./behaviours/day-shortcuts.js"),
  enlarge: () => import("./behaviours/enlarge.js"),
  expire: () => import("./behaviours/expire.js"),
  halves: () => import("./behaviours/halves.js"),
  "help-counts": () => import("./behaviours/help-counts.js"),
  "help-steps": () => import("./behaviours/help-steps.js"),
  "keep-help": () => import("./behaviours/keep-help.js"),
  "keep-unsent": keepUnsent,
  live,
  menu,
  messenger: () => import("./behaviours/messenger.js"),
  "needs-network": () => import("./behaviours/needs-network.js"),
  player: () => import("./behaviours/player.js"),
  "private-link": () => import("./behaviours/private-link.js"),
  push: () => import("./behaviours/push.js"),
  "read-number": () => import("./behaviours/read-number.js"),
  "read-photo": () => import("./behaviours/read-photo.js"),
  "relative-time": relativeTime,
  scanner: () => import("./behaviours/scanner.js"),
  "sign-out": () => import("./behaviours/sign-out.js"),
  "submit-once": submitOnce,
  tabs: () => import("./behaviours/tabs.js"),
  toasts,
  "unsent-text": () => import("./behaviours/unsent-text.js"),
  uploads: () => import("./behaviours/uploads.js"),
});
