/** What the address bar holds of this page. */
export interface HelpSearch {
  /** What is looked for. */
  q?: string
  /** The question that stands open. */
  topic?: string
  /** The kind of a problem that somebody met: `device-unreachable`. */
  problem?: string
}

export function helpSearch(search: Record<string, unknown>): HelpSearch {
  const words = (key: 'q' | 'topic' | 'problem') => {
    const value = search[key]
    const given = typeof value === 'string' || typeof value === 'number'
    return given && value !== '' ? { [key]: String(value) } : {}
  }
  return { ...words('q'), ...words('topic'), ...words('problem') }
}
