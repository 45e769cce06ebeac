/** A spreadsheet takes a text that begins like this for a formula, and a text may come from a device (D1). */
const FORMULA = /^[=+\-@\t\r]/

/** One cell of a CSV file. */
export function csvCell(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** "Hash rate, live" → "hash-rate-live". */
export function fileName(name: string, ending: string): string {
  const plain = name
    .normalize('NFKD')
    // An accent is a sign of its own now.
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
  return `${plain || 'file'}.${ending}`
}

/** Hands a file to the browser. */
export function download(content: Blob, name: string): void {
  const address = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  document.body.append(link)
  link.click()
  link.remove()
  // The browser has taken hold of it by the next turn.
  setTimeout(() => URL.revokeObjectURL(address), 0)
}
