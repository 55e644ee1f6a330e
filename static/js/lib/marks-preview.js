/*
 * How the marks in a text area will look: previewOf(field).show() puts it below the field, or hides it where there are none.
 * The server decides what a text becomes; this knows the usual cases. Screen readers have the text itself.
 */
const MARKS = /\*\*(\S(?:[^*]*\S)?)\*\*|(?<![\w*])([*_])(\S(?:[^*_]*\S)?)\2(?![\w*])|\[([^\]\n]+)\]\((?:https?:\/\/|mailto:|tel:)[^\s)]+\)/g;

export function previewOf(field) {
  const place = document.createElement("div");
  place.className = "composer__preview";
  place.setAttribute("aria-hidden", "true");
  place.dir = "auto";
  field.after(place);
  return {
    show() {
      const parts = [...drawn(field.value)];
      place.hidden = parts.every((part) => typeof part === "string");
      place.replaceChildren(...(place.hidden ? [] : parts));
    },
  };
}

function* drawn(text) {
  let end = 0;
  for (const found of text.matchAll(MARKS)) {
    yield text.slice(end, found.index);
    const [, bold, , slanted, words] = found;
    yield element(bold ? "strong" : slanted ? "em" : "u", bold ?? slanted ?? words);
    end = found.index + found[0].length;
  }
  yield text.slice(end);
}

function element(name, text) {
  const made = document.createElement(name);
  made.append(...drawn(text));
  return made;
}
