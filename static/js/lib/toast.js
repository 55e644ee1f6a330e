/* Shows a short message: toast({text: "…", level: "info|success|warning|error"}). */

export function toast({text, level = "info"}) {
  const template = document.getElementById("toast-template");
  const element = template.content.firstElementChild.cloneNode(true);
  element.className = `toast toast--${level}`;
  element.dataset.toast = level;
  element.querySelector(".toast__text").textContent = text;
  document.getElementById("toasts").append(element);
  return element;
}
