/* Shows a short message: toast({text: "…", level: "info|success|warning|error", href: "/…", linkText: "…"}). */

export function toast({text, level = "info", href = "", linkText = ""}) {
  const template = document.getElementById("toast-template");
  const element = template.content.firstElementChild.cloneNode(true);
  element.className = `toast toast--${level}`;
  element.dataset.toast = level;
  element.querySelector(".toast__text").textContent = text;
  if (href) element.querySelector(".toast__text").append(" ", link(href, linkText || text));
  document.getElementById("toasts").append(element);
  return element;
}

function link(href, text) {
  const element = document.createElement("a");
  element.href = href;
  element.textContent = text;
  return element;
}
