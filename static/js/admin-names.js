// Gives names and roles to what Django's own scripts and templates leave without, for those who do not see the page.
function nameAll() {
  document.querySelectorAll(".help-tooltip[aria-label]:not([role])").forEach((each) => each.setAttribute("role", "img"));
  // The corner above the names of rows.
  document.querySelectorAll("th.original:empty:not([role])").forEach((each) => each.setAttribute("role", "cell"));
  document.querySelectorAll(".select2-selection:not([data-named])").forEach(nameSelection);
}

function nameSelection(box) {
  const label = box.closest(".select2-container").previousElementSibling?.labels?.[0];
  if (!label) return;
  label.id ||= `label-of-${label.htmlFor}`;
  box.dataset.named = "";
  box.setAttribute("aria-labelledby", `${label.id} ${box.getAttribute("aria-labelledby") ?? ""}`.trim());
  box.querySelector("[role=textbox]")?.setAttribute("aria-labelledby", label.id);
}

new MutationObserver(nameAll).observe(document.documentElement, {childList: true, subtree: true});
