/* Compares what a reader sees: contentOf(element) === contentOf(parse(markup, "#tickets > *")). */

export function parse(markup, selector) {
  const {body} = new DOMParser().parseFromString(markup, "text/html");
  if (selector) body.replaceChildren(...body.querySelectorAll(selector));
  return body;
}

/* Fields and the words of relative times differ in every response, and counts and who is there come later. */
export function contentOf(root) {
  const copy = root.cloneNode(true);
  copy.querySelectorAll("input, [data-count], [data-fleeting]").forEach((each) => each.remove());
  copy.querySelectorAll("time").forEach((each) => each.replaceWith(each.dateTime));
  return copy.innerHTML.replace(/\s+/g, " ").replaceAll("> <", "><").trim();
}
