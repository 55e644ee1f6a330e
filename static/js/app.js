/* Connects behaviours to elements: <form data-behaviour="confirm submit-once">. One list, static imports only. */
import * as autogrow from "./behaviours/autogrow.js";
import * as autosubmit from "./behaviours/autosubmit.js";
import * as bell from "./behaviours/bell.js";
import * as charCounter from "./behaviours/char-counter.js";
import * as confirmation from "./behaviours/confirm.js";
import * as dialog from "./behaviours/dialog.js";
import * as dialogOpener from "./behaviours/dialog-opener.js";
import * as dirtyForm from "./behaviours/dirty-form.js";
import * as hotkey from "./behaviours/hotkey.js";
import * as keepTyped from "./behaviours/keep-typed.js";
import * as listLive from "./behaviours/list-live.js";
import * as liveRegion from "./behaviours/live-region.js";
import * as markRead from "./behaviours/mark-read.js";
import * as menu from "./behaviours/menu.js";
import * as messenger from "./behaviours/messenger.js";
import * as relativeTime from "./behaviours/relative-time.js";
import * as scrollEnd from "./behaviours/scroll-end.js";
import * as submitOnce from "./behaviours/submit-once.js";
import * as tabs from "./behaviours/tabs.js";
import * as theme from "./behaviours/theme.js";
import * as toasts from "./behaviours/toasts.js";
import * as uploads from "./behaviours/uploads.js";
import {start} from "./lib/connect.js";
import {forgetAnswered} from "./lib/typed.js";

/* Before the behaviours of forms read what was kept. */
forgetAnswered();
start({
  autogrow,
  autosubmit,
  bell,
  "char-counter": charCounter,
  confirm: confirmation,
  dialog,
  "dialog-opener": dialogOpener,
  "dirty-form": dirtyForm,
  hotkey,
  "keep-typed": keepTyped,
  "list-live": listLive,
  "live-region": liveRegion,
  "mark-read": markRead,
  menu,
  messenger,
  "relative-time": relativeTime,
  "scroll-end": scrollEnd,
  "submit-once": submitOnce,
  tabs,
  theme,
  toasts,
  uploads,
});
