// Applies the reader's choice of light or dark to the administration, before the page is drawn.
const chosen = document.cookie.match(/(?:^|;\s*)theme=(light|dark)/);
if (chosen) document.documentElement.dataset.theme = chosen[1];
