export type Colour = (token: string, strength?: number) => string

/**
 * The colours of the style sheet for a canvas, which knows no variables. Read from the box, which may stand
 * in another theme than the page. `strength` is in per cent.
 */
export function palette(box: HTMLElement): Colour {
  const known = new Map<string, string>()
  return (token, strength = 100) => {
    const key = `${token} ${strength}`
    let found = known.get(key)
    if (found === undefined) {
      const probe = document.createElement('span')
      probe.style.color = `color-mix(in srgb, var(--${token}) ${strength}%, transparent)`
      box.append(probe)
      found = getComputedStyle(probe).color
      probe.remove()
      known.set(key, found)
    }
    return found
  }
}
