/** Does something when the page has nothing else to do, unless the returned function is called before. */
export function whenIdle(action: () => void): () => void {
  // Safari has no idle callback; there, the next turn has to do.
  if ('requestIdleCallback' in window) {
    const id = requestIdleCallback(action)
    return () => cancelIdleCallback(id)
  }
  const id = setTimeout(action)
  return () => clearTimeout(id)
}
