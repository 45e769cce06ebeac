/** True if the text is in the clipboard. Over plain http the browser has no clipboard, and it can refuse at any time. */
export async function copyText(text: string): Promise<boolean> {
  // The type says that it is always there; an insecure page has none.
  const clipboard: Clipboard | undefined = navigator.clipboard
  if (!clipboard) {
    return false
  }
  try {
    await clipboard.writeText(text)
    return true
  } catch {
    // Refused: the caller offers the text to be copied by hand, which is all that can be done about it.
    return false
  }
}
