/* Adds listeners and returns one function that takes them all away: listen([target, "click", handler], …). */

export function listen(...listeners) {
  const control = new AbortController();
  for (const [target, type, handler, options] of listeners) {
    target.addEventListener(type, handler, {...options, signal: control.signal});
  }
  return () => control.abort();
}
