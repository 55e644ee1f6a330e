/*
 * Says how a number is read that could be read in two ways, as 12.345 is a fraction in one language and thousands in another:
 * <input data-behaviour="read-number" data-point="," data-read="Read as {number}" data-read-between="… {below} and {above}">.
 * The rule is that of config/common/typed_numbers.py.
 */
import {listen} from "../lib/listen.js";

// A unit may stand in front, and one such as 1/min behind.
const TWO_WAYS =
  /^\s*(?:[\p{L}°%$€£¥]{1,12}\.?\s*)?([+\-\u2010-\u2015\u2212]?)\s*([1-9]\d{0,2})([.,])(\d{3})(?!(?!\s*1\/[a-z])[\d.,'’\s]*\d)/iu;
const NO_BREAK = "\u00a0";

export function connect(input) {
  const shown = document.createElement("output");
  shown.className = "field__read";
  shown.htmlFor = input.id;
  input.after(shown);
  const show = () => {
    shown.textContent = reading(input);
    shown.hidden = !shown.textContent;
  };
  show();
  const stop = listen([input, "input", show], [input, "change", show]);
  return () => { stop(); shown.remove(); };
}

function reading({value, dataset}) {
  const [, typed, before, sign, after] = TWO_WAYS.exec(value) ?? [];
  if (!before) return "";
  const minus = typed && typed !== "+" ? "-" : "";
  if (sign !== dataset.point) {
    const group = before.length > 1 ? NO_BREAK : "";
    return dataset.read.replace("{number}", [minus, before, group, after].join(""));
  }
  const part = after.replace(/0+$/, "");
  if (!part) return dataset.read.replace("{number}", minus + before);
  const ends = [Number(before), Number(before) + 1].map((each) => minus + each);
  const [below, above] = minus ? ends.reverse() : ends;
  const texts = {number: [minus, before, dataset.point, part].join(""), below, above};
  return dataset.readBetween.replace(/\{(\w+)\}/g, (_match, name) => texts[name]);
}
