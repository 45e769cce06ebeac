/** What the address bar holds of this page. Read by the route before anything of the page is loaded: keep it small. */

export const SORTS = ['name', 'state', 'hashrate', 'temperature', 'power', 'efficiency', 'mode'] as const
export type Sort = (typeof SORTS)[number]

const VIEWS = ['table', 'cards'] as const
export type View = (typeof VIEWS)[number]

export interface MinersSearch {
  /** Part of a name, model, address or tag. */
  q?: string
  state?: string
  tag?: string
  family?: string
  /** By name, when absent. */
  sort?: Sort
  down?: true
  group?: 'tag'
  /** What fits the screen, when absent. */
  view?: View
}

/** What cannot be used is left out: an old or mistyped address still opens the page. */
export function minersSearch(search: Record<string, unknown>): MinersSearch {
  const sort = SORTS.find((known) => known === search.sort)
  const view = VIEWS.find((known) => known === search.view)
  return {
    ...text('q', search.q),
    ...text('state', search.state),
    ...text('tag', search.tag),
    ...text('family', search.family),
    ...(sort && sort !== 'name' ? { sort } : {}),
    ...(search.down === true ? { down: true } : {}),
    ...(search.group === 'tag' ? { group: 'tag' } : {}),
    ...(view ? { view } : {}),
  }
}

/** The router reads `?tag=7` as a number; to us it is a text. */
function text<Key extends string>(key: Key, value: unknown): Partial<Record<Key, string>> {
  const given = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
  return given && value !== '' ? ({ [key]: String(value) } as Record<Key, string>) : {}
}
