/** What the address bar holds of this page. Read by the route before anything of the page is loaded: keep it small. */
export interface AuditSearch {
  tab?: 'events'
  actor?: string
  entity?: string
  action?: string
  /** Days, in the reader's own zone: `2026-11-20`. */
  from?: string
  to?: string
  level?: 'warning' | 'error'
}

const DAY = /^\d{4}-\d{2}-\d{2}$/

/** What cannot be used is left out: an old or mistyped address still opens the page. */
export function auditSearch(search: Record<string, unknown>): AuditSearch {
  const words = (key: 'actor' | 'entity' | 'action') => {
    const value = search[key]
    const given = typeof value === 'string' || typeof value === 'number'
    return given && value !== '' ? { [key]: String(value) } : {}
  }
  const day = (key: 'from' | 'to') => {
    const value = search[key]
    return typeof value === 'string' && DAY.test(value) ? { [key]: value } : {}
  }
  const { level } = search
  return {
    ...(search.tab === 'events' ? { tab: 'events' } : {}),
    ...words('actor'),
    ...words('entity'),
    ...words('action'),
    ...day('from'),
    ...day('to'),
    ...(level === 'warning' || level === 'error' ? { level } : {}),
  }
}

/** The instants between which the chosen days lie: from the first moment of one to the last of the other. */
export function span({ from, to }: AuditSearch): { from?: string; to?: string } {
  return { ...(from ? { from: midnight(from, 0) } : {}), ...(to ? { to: midnight(to, 1) } : {}) }
}

function midnight(day: string, daysOn: number): string {
  const at = new Date(`${day}T00:00:00`)
  at.setDate(at.getDate() + daysOn)
  return at.toISOString()
}
