/*
 * Who else is at the ticket, and writes: <p data-behaviour="presence" data-topic="ticket.5.here" data-doing="reads"
 * data-person="7" data-reporter="9" data-here-one="{names} is here" data-here-many="…" data-writes-one="…" data-writes-many="…"
 * data-team-here="…" data-team-writes="…">. Tells the others the same of the reader, while the page is in sight.
 */
import {listen} from "../lib/listen.js";
import {follow, isLive, tell} from "../lib/live.js";
import {sayCompany} from "../lib/company.js";

const AGAIN = 3_000;
const STOPPED = 5_000;

export function connect(element) {
  const {topic, doing} = element.dataset;
  let said = {};
  let timer = null;
  const say = (what) => {
    said = {what, at: Date.now()};
    tell(topic, what);
  };
  const rest = () => {
    clearTimeout(timer);
    say(document.hidden ? "" : doing);
  };
  const onInput = ({target}) => {
    if (target.name !== "text" || !target.form) return;
    const what = target.value && writingIn(target.form);
    if (!what) return void (said.what === doing || rest());
    clearTimeout(timer);
    timer = setTimeout(rest, STOPPED);
    if (said.what !== what || Date.now() - said.at >= AGAIN) say(what);
  };
  const leave = follow(topic, ({kind}) => {
    if (isLive()) rest();
    else if (kind === "again") element.textContent = "";
  }, "", (frame) => { if (frame.kind === "here") element.textContent = sayCompany(frame, element.dataset); });
  const silence = listen(
    [document, "input", onInput],
    [document, "visibilitychange", rest],
    [document, "submit", rest],
  );
  return () => { clearTimeout(timer); leave(); silence(); };
}

/* Only a message is for both sides. */
function writingIn(form) {
  const isMessage = form.matches("[data-composer]") && !form.querySelector("[data-mode=internal]:checked");
  return isMessage ? "writes" : "notes";
}
