/* Switches between light, dark and the device's theme, in a cookie that the server reads: <div data-behaviour="theme" hidden>. */
import {listen} from "../lib/listen.js";

const YEAR_SECONDS = 60 * 60 * 24 * 365;

export function connect(element) {
  element.hidden = false;
  const choices = [...element.querySelectorAll("[data-theme-choice]")];
  const root = document.documentElement;
  const mark = () => choices.forEach((choice) => {
    choice.setAttribute("aria-pressed", String(choice.dataset.themeChoice === (root.dataset.theme || "")));
  });
  const choose = (theme) => {
    if (theme) root.dataset.theme = theme; else delete root.dataset.theme;
    document.cookie = `theme=${theme}; path=/; max-age=${theme ? YEAR_SECONDS : 0}; samesite=lax`;
    mark();
  };
  mark();
  return listen(...choices.map((choice) => [choice, "click", () => choose(choice.dataset.themeChoice)]));
}
