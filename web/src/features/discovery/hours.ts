/** How often the house may look round by itself. */
const OFFERED = [1, 3, 6, 12, 24, 48, 168] as const

/** What can be chosen, together with what was chosen elsewhere. */
export const offered = (hours: number | null): number[] =>
  [...new Set([...OFFERED, ...(hours === null ? [] : [hours])])].toSorted((a, b) => a - b)

/** The name of the text for so many hours. */
export function spoken(hours: number): 'day' | 'week' | 'hours' {
  return hours === 24 ? 'day' : hours === 168 ? 'week' : 'hours'
}
