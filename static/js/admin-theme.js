// The reader's choice of light or dark in the product holds in the administration, too. Runs before anything is drawn.
const chosen = document.cookie.match(/(?:^|;\s*)theme=(light|dark)/);
if (chosen) document.documentElement.dataset.theme = chosen[1];
