/*
 * Connects each [data-behaviour] element once, also those that htmx or a socket adds later, and disconnects removed ones:
 * start({menu, messenger: () => import("./behaviours/messenger.js")}). A function loads its behaviour when a page has it.
 */

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
  connected.set(element, []);
  for (const name of element.dataset.behaviour.split(/\s+/).filter((each) => each in known)) {
    if (typeof known[name] === "function") known[name]().then((behaviour) => attach(behaviour, element));
    else attach(known[name], element);
  }
}

function attach(behaviour, element) {
  const disconnects = connected.get(element);
  /* It may have left the page while its behaviour was loaded. */
  if (!disconnects) return;
  const disconnect = behaviour.connect(element);
  if (disconnect) disconnects.push(disconnect);
}

function sweep() {
  for (const [element, disconnects] of connected) {
    if (element.isConnected) continue;
    connected.delete(element);
    disconnects.forEach((disconnect) => disconnect());
  }
}
