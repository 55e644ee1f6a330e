/* Adds listeners and returns a function that removes them all: listen([target, "click", handler], …). */

export function listen(...listeners) {
  const control = new AbortController();
  for (const [target, type, handler, options] of listeners) {
    target.addEventListener(type, handler, {...options, signal: control.signal});
  }
  return () => control.abort();
}
