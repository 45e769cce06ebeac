/**
 * A key for one attempt, so that a request that is repeated is done once. Over plain http on a home network the browser
 * has no `randomUUID`, but it always has `getRandomValues`.
 */
export function newKey(): string {
  // The type says that it is always there; an insecure page has none.
  const uuid: (() => string) | undefined = crypto.randomUUID?.bind(crypto)
  if (uuid) {
    return uuid()
  }
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
}
