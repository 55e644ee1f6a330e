/*
 * Switches a look on and off, in a cookie that the server reads:
 * <button data-behaviour="preference" data-name="density" data-value="wide" hidden>. While it is on, the page has
 * <html data-density="wide">.
 */
import {listen} from "../lib/listen.js";

const YEAR_SECONDS = 60 * 60 * 24 * 365;

export function connect(button) {
  const {name, value} = button.dataset;
  const root = document.documentElement;
  const mark = () => button.setAttribute("aria-pressed", String(root.dataset[name] === value));
  const toggle = () => {
    const isOn = root.dataset[name] !== value;
    if (isOn) root.dataset[name] = value; else delete root.dataset[name];
    document.cookie = `${name}=${value}; path=/; max-age=${isOn ? YEAR_SECONDS : 0}; samesite=lax`;
    mark();
  };
  button.hidden = false;
  mark();
  return listen([button, "click", toggle]);
}
