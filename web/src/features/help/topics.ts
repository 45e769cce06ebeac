/** What the page answers, in its order. The words are in the texts, under the same names. */
export const GROUPS = [
  { id: 'start', kind: 'topics', names: ['first-steps', 'add-miner', 'which-miners', 'demo', 'words'] },
  {
    id: 'states',
    kind: 'topics',
    names: ['states', 'unknown-values', 'power-source', 'sums', 'live', 'spikes'],
  },
  {
    id: 'act',
    kind: 'topics',
    names: [
      'modes-of-operation',
      'dry-run',
      'wishes',
      'all-off',
      'hands-off',
      'unconfirmed',
      'command-states',
      'never-changed',
      'modes',
      'roles',
    ],
  },
  { id: 'heat', kind: 'topics', names: ['heat', 'heat-latched', 'heat-off'] },
  {
    id: 'network',
    kind: 'topics',
    names: ['docker-network', 'device-ranges', 'address-changed', 'other-name', 'https', 'install', 'proxy'],
  },
  {
    id: 'access',
    kind: 'topics',
    names: ['lost-password', 'lost-totp', 'locked-out', 'setup-code', 'tokens'],
  },
  {
    id: 'house',
    kind: 'topics',
    names: [
      'data-place',
      'backups',
      'databases',
      'database-trouble',
      'retention',
      'audit',
      'privacy',
      'update',
      'offline-page',
    ],
  },
  {
    id: 'noticed',
    kind: 'noticed',
    names: [
      'database_away',
      'database_cannot_write',
      'database_corrupt',
      'database_unusable',
      'samples_dropped',
      'family_unknown',
      'nmminer_port_taken',
      'two_claimants',
      'mdns_unavailable',
      'tls_files',
      'tls_certificate_ends',
      'tls_names',
      'tls_authority_ends',
      'tls_renewal',
    ],
  },
  {
    id: 'problems',
    kind: 'problems',
    names: [
      'unreachable',
      'device-unreachable',
      'device-not-recognised',
      'device-not-allowed',
      'credentials-refused',
      'wrong-device',
      'device-refused',
      'device-malformed',
      'unsupported',
      'refused',
      'already-known',
      'name-taken',
      'conflict',
      'last-admin',
      'sign-in-required',
      'wrong-credentials',
      'totp-required',
      'too-many-attempts',
      'setup-code-wrong',
      'forbidden',
      'https-required',
      'host-not-allowed',
      'wrong-origin',
      'starting',
      'stopping',
      'busy',
      'database-away',
      'cannot-write',
      'demo-not-opened',
      'restoring',
      'backup-unusable',
      'backup-newer',
      'internal',
      'not-found',
      'invalid',
      'shown-once',
      'idempotency-busy',
      'idempotency-mismatch',
      'method-not-allowed',
      'not-json',
      'bad-json',
      'body-too-large',
    ],
  },
] as const satisfies readonly { id: string; kind: Kind; names: readonly string[] }[]

export type Kind = 'topics' | 'problems' | 'noticed'

export interface Topic {
  kind: Kind
  name: string
  question: string
  answer: string
}

export interface Group {
  id: string
  title: string
  topics: Topic[]
}

/** Everything with its words. */
export function groupsOf(t: (name: string) => string): Group[] {
  return GROUPS.map(({ id, kind, names }) => ({
    id,
    title: t(`groups.${id}`),
    topics: names.map((name) => ({
      kind,
      name,
      question: t(`${kind}.${name}.q`),
      answer: t(`${kind}.${name}.a`),
    })),
  }))
}

/** Where a topic stands on the page. Problems of the house and of an answer may share a name. */
export const placeOf = ({ kind, name }: Pick<Topic, 'kind' | 'name'>) => `${kind}-${name}`

/** The place that an address asks for: a problem may be of either kind. */
export function askedFor(search: { topic?: string; problem?: string }): string | undefined {
  const wanted: readonly [string | undefined, readonly Kind[]][] = [
    [search.topic, ['topics']],
    [search.problem, ['problems', 'noticed']],
  ]
  for (const [name, kinds] of wanted) {
    const group = GROUPS.find(({ kind, names }) => kinds.includes(kind) && names.some((one) => one === name))
    if (name !== undefined && group) {
      return placeOf({ kind: group.kind, name })
    }
  }
  return undefined
}
