/*
 * Keeps the assistant of a device on this phone, for when there is no network: <div data-behaviour="keep-help"
 * data-url="/d/…/help/bundle/" data-tag="3-1a2b3c4d">. It is loaded where the tag differs from what is kept; the service
 * worker shows it.
 */

export function connect(element) {
  keep(element.dataset).catch(() => null);
}

async function keep({url, tag}) {
  if (!("serviceWorker" in navigator) || !window.caches) return;
  await navigator.serviceWorker.register("/service-worker.js");
  const cache = await caches.open(`help:${url.split("/")[2]}`);
  const kept = await cache.match(url);
  /* A proxy that compresses marks the tag as weak. */
  if (kept?.headers.get("ETag")?.includes(`"${tag}"`)) return;
  const answer = await fetch(url, {credentials: "same-origin"});
  if (!answer.ok) return;
  const {frame, pictures} = await answer.clone().json();
  const assets = frame.match(/(?<=(?:href|src)=")\/static\/[^"]+(?=")/g) ?? [];
  /* The bundle last: until all that it needs is there, what was kept before is shown. */
  await load(cache, [...assets, ...pictures]);
  await cache.put(url, answer);
  await forgetOthers(cache, [url, ...assets, ...pictures]);
}

/* What is missing on the server keeps nothing else away. */
async function load(cache, urls) {
  const isThere = await Promise.all(urls.map((each) => cache.match(each)));
  await Promise.allSettled(urls.filter((_each, index) => !isThere[index]).map((each) => cache.add(each)));
}

/* Of versions before. */
async function forgetOthers(cache, wanted) {
  const kept = await cache.keys();
  await Promise.all(kept.filter((each) => !wanted.includes(new URL(each.url).pathname)).map((each) => cache.delete(each)));
}
