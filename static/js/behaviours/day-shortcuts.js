/*
 * Today and yesterday with one tap beside the calendar, which appears for an earlier day:
 * <div data-behaviour="day-shortcuts"><div hidden><button data-days-ago="0">…<button data-earlier>…</div><input type="date"></div>
 */
import {listen} from "../lib/listen.js";

export function connect(element) {
  const input = element.querySelector("input");
  const buttons = [...element.querySelectorAll("button")];
  const isShort = () => buttons.some((button) => isDay(button) && dayOf(button) === input.value);
  let isEarlier = Boolean(input.value) && !isShort();

  function draw() {
    for (const button of buttons) {
      const isPressed = isEarlier ? "earlier" in button.dataset : isDay(button) && dayOf(button) === input.value;
      button.setAttribute("aria-pressed", String(isPressed));
    }
    input.hidden = !isEarlier && input.getAttribute("aria-invalid") !== "true";
  }

  function choose(button) {
    const again = button.getAttribute("aria-pressed") === "true";
    isEarlier = !isDay(button) && !again;
    input.value = isDay(button) && !again ? dayOf(button) : "";
    input.dispatchEvent(new Event("input", {bubbles: true}));
    draw();
    if (isEarlier) openCalendar(input);
  }

  buttons[0].parentElement.hidden = false;
  draw();
  return listen(
    ...buttons.map((button) => [button, "click", () => choose(button)]),
    /* What was kept after a lost connection is filled in later. */
    [input, "change", () => { isEarlier = Boolean(input.value) && !isShort(); draw(); }],
  );
}

function isDay(button) {
  return "daysAgo" in button.dataset;
}

/* The reader's day, not that of the server or of Greenwich. */
function dayOf(button) {
  const day = new Date();
  day.setDate(day.getDate() - Number(button.dataset.daysAgo));
  const parts = [day.getFullYear(), day.getMonth() + 1, day.getDate()];
  return parts.map((part) => String(part).padStart(2, "0")).join("-");
}

function openCalendar(input) {
  input.focus();
  try {
    input.showPicker();
  } catch {
    /* Browsers without a calendar of their own have the field. */
  }
}
