/** Which item a key leads to: the next or the last one, or the next one that begins with the letter. */
export function nextItem(key: string, texts: readonly string[], current: number): number | undefined {
  const count = texts.length
  if (count === 0) {
    return undefined
  }
  switch (key) {
    case 'ArrowDown':
      return (current + 1) % count
    case 'ArrowUp':
      return (Math.max(current, 0) - 1 + count) % count
    case 'Home':
      return 0
    case 'End':
      return count - 1
    default:
      return key.length === 1 && key !== ' ' ? byLetter(key, texts, current) : undefined
  }
}

function byLetter(letter: string, texts: readonly string[], current: number): number | undefined {
  const wanted = letter.toLocaleLowerCase()
  for (let step = 1; step <= texts.length; step += 1) {
    const candidate = (Math.max(current, 0) + step) % texts.length
    if (texts[candidate]?.trim().toLocaleLowerCase().startsWith(wanted)) {
      return candidate
    }
  }
  return undefined
}
