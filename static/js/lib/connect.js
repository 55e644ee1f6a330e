/* Connects each [data-behaviour] element once, also those that htmx or a socket adds later, and disconnects removed ones. */

const connected = new Map();
let known = {};

export function start(behaviours) {
  known = behaviours;
  connect(document.documentElement);
  new MutationObserver(follow).observe(document.documentElement, {childList: true, subtree: true});
}

function follow(changes) {
  for (const change of changes) {
    change.addedNodes.forEach((node) => node.nodeType === Node.ELEMENT_NODE && connect(node));
  }
  if (changes.some((change) => change.removedNodes.length)) sweep();
}

function connect(root) {
  const inside = [...root.querySelectorAll("[data-behaviour]")];
  const all = root.matches("[data-behaviour]") ? [root, ...inside] : inside;
  all.filter((element) => element.isConnected && !connected.has(element)).forEach(connectOne);
}

function connectOne(element) {
  const names = element.dataset.behaviour.split(/\s+/).filter((name) => name in known);
  connected.set(element, names.map((name) => known[name].connect(element)).filter(Boolean));
}

function sweep() {
  for (const [element, disconnects] of connected) {
    if (element.isConnected) continue;
    connected.delete(element);
    disconnects.forEach((disconnect) => disconnect());
  }
}
