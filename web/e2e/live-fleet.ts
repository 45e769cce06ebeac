import type { Page } from '@playwright/test'
import type { Latest, Miner, ReadingNow, Role, Telemetry } from '../src/api/generated/types.gen.ts'
import { LiveSocket } from './live-socket.ts'

/** A house of as many miners as a test wants, made of answers: for what a real one would need an hour to show. */
export class LiveFleet {
  readonly #page: Page
  readonly #role: Role
  readonly #miners: Miner[]
  #socket: LiveSocket | undefined
  #seq = 0
  #round = 0

  constructor(page: Page, count: number, role: Role = 'admin') {
    this.#page = page
    this.#role = role
    this.#miners = Array.from({ length: count }, (_, index) => miner(index + 1))
  }

  /** Before the page is opened: every call and the live feed are answered from here. */
  async moveIn(): Promise<void> {
    await this.#page.route('**/api/**', (route) => {
      const { pathname, searchParams } = new URL(route.request().url())
      const path = pathname.replace(/^.*\/api\//, '')
      const fleet = path === 'telemetry/series' && searchParams.get('scope') === 'fleet'
      const answer = fleet ? FLEET_SERIES : (this.#answers()[path] ?? this.#ofOne(path))
      return answer === undefined
        ? route.fulfill({ status: 404, json: problem(path), contentType: 'application/problem+json' })
        : route.fulfill({ json: answer })
    })
    const socket = await LiveSocket.open(() => {
      this.#seq = 0
      return this.#numbered({
        type: 'snapshot',
        at: new Date().toISOString(),
        epoch: 1,
        miners: this.#miners,
        miners_total: this.#miners.length,
        system: SYSTEM_NOW,
      })
    })
    this.#socket = socket
    // Needs `bypassCSP`: the page may talk to its own house alone.
    await this.#page.addInitScript((url) => {
      const Native = WebSocket
      window.WebSocket = class extends Native {
        constructor() {
          super(url)
        }
      }
    }, socket.url)
  }

  /** Before it moves in: one of them is different. */
  make(id: number, differences: Partial<Miner>): void {
    const place = this.#miners.findIndex((known) => known.id === id)
    const before = this.#miners[place]
    if (!before) {
      throw new Error(`there is no miner ${id}`)
    }
    this.#miners[place] = { ...before, ...differences }
  }

  async moveOut(): Promise<void> {
    await this.#page.close()
    await this.#socket?.close()
  }

  /** One message with fresh readings of the next `count` miners. */
  tell(count: number): void {
    const first = (this.#round * count) % this.#miners.length
    this.#round += 1
    const items = Array.from({ length: count }, (_, index): ReadingNow => {
      const place = (first + index) % this.#miners.length
      const changed = fresh(this.#miners[place] ?? miner(place + 1), this.#round)
      this.#miners[place] = changed
      const { id, desired, last_error, latest, observed, sentence, stale, state, state_since } = changed
      return { miner_id: id, desired, last_error, latest, observed, sentence, stale, state, state_since }
    })
    this.#socket?.send(this.#numbered({ type: 'reading', items }))
  }

  #numbered(message: Record<string, unknown>): string {
    const text = JSON.stringify({ ...message, seq: this.#seq })
    this.#seq += 1
    return text
  }

  /** What the page of one miner asks. */
  #ofOne(path: string): unknown {
    const [, id, what] = /^miners\/(\d+)\/(.+)$/.exec(path) ?? []
    const one = this.#miners.find((known) => known.id === Number(id))
    switch (what) {
      case 'modes':
        return { current: one?.observed.mode ?? null, items: [] }
      case 'telemetry':
        return { ...REST_OF_TELEMETRY, ...one?.latest, miner_id: Number(id) }
      case 'telemetry/series':
        return { miner_id: Number(id), metric: 'hashrate', unit: 'hs', resolution_s: 300, points: [] }
      default:
        return undefined
    }
  }

  #answers(): Record<string, unknown> {
    const empty = { items: [], next: null }
    return {
      'auth/me': { id: 1, kind: 'person', name: 'admin', role: this.#role, totp_enabled: false },
      miners: { items: this.#miners, next: null },
      system: {
        ...SYSTEM_NOW,
        problems: [],
        database: null,
        jobs: [],
        loops: [],
        samples_dropped: 0,
        ...BUILD,
      },
      'system/mode': { mode: 'live' },
      'settings/house': HOUSE,
      commands: empty,
      events: empty,
      jobs: empty,
      tags: empty,
      'telemetry/series': empty,
    }
  }
}

const SYSTEM_NOW = { demo: false, mode: 'live', problems: [] }
const BUILD = { uptime_s: 1, version: '0.0.0', viewers: 1 }
const HOUSE = {
  time_zone: 'Europe/London',
  currency: 'GBP',
  tariff_region: null,
  home_ranges: [],
  set_up: true,
  locked: [],
}

const REST_OF_TELEMETRY: Omit<Telemetry, keyof Latest | 'miner_id'> = {
  actual_core_voltage_mv: null,
  actual_frequency_mhz: null,
  best_session_difficulty: null,
  board_temperature_c: null,
  error_pct: null,
  fan2_rpm: null,
  fault: null,
  firmware: null,
  free_heap_bytes: null,
  hash_errors: null,
  hashrate_10m_hs: null,
  hashrate_1h_hs: null,
  intake_temperature_c: null,
  overheated: null,
  paused: null,
  pool_difficulty: null,
  pool_fallback: null,
  pool_response_ms: null,
  shares_stale: null,
  reject_reasons: [],
}

const FLEET_SERIES = { miner_id: null, metric: 'hashrate', unit: 'hs', resolution_s: 300, points: [] }

const problem = (path: string) => ({
  type: '/problems/not-found',
  title: 'Not here',
  status: 404,
  detail: `This house does not answer ${path}.`,
  errors: [],
})

const ROOMS = ['attic', 'cellar', 'garage', 'office', 'shed']
const AT = '2026-11-01T12:00:00Z'

function miner(id: number): Miner {
  const mac = `02:00:00:00:${(id >> 8).toString(16).padStart(2, '0')}:${(id & 255).toString(16).padStart(2, '0')}`
  const room = ROOMS[id % ROOMS.length] ?? 'attic'
  return fresh(
    {
      id,
      name: `${room} ${String(id).padStart(3, '0')}`,
      family: 'axeos',
      model: 'Bitaxe Gamma 601',
      firmware: 'v2.12.2',
      algorithm: 'sha256d',
      address: `10.0.${id >> 8}.${id & 255}`,
      port: 80,
      mac,
      enabled: true,
      may_overclock: false,
      typed_power_w: null,
      tags: [room],
      added_at: AT,
      state: 'mining',
      state_since: AT,
      stale: false,
      sentence: 'Mining in standard.',
      last_error: null,
      capabilities: {
        set_mode: true,
        set_pool: true,
        power_off: 'none',
        measures_power: true,
        pool_slots: 2,
        pool_needs_restart: true,
        restart: true,
        identify: true,
        frequency_mhz: { min: 400, max: 625 },
        core_voltage_mv: { min: 1000, max: 1250 },
        fan_pct: { min: 0, max: 100 },
        target_temperature_c: null,
      },
      temperature_limit_c: 70,
      identity: { kind: 'mac', value: mac },
      pool_sees_it: null,
      desired: { power: null, mode: null, pool: null },
      observed: { power: 'on', mode: 'standard', pool_id: null },
      latest: null,
    },
    0,
  )
}

/** Numbers that change with each round, and so must be drawn anew. */
function fresh(before: Miner, round: number): Miner {
  const swing = ((before.id * 7 + round * 13) % 100) / 100
  return {
    ...before,
    latest: {
      at: new Date().toISOString(),
      hashrate_hs: Math.round((1.1 + swing / 5) * 1e12),
      hashrate_1m_hs: Math.round((1.1 + swing / 6) * 1e12),
      expected_hashrate_hs: 1_200_000_000_000,
      power_w: 17 + swing,
      power_source: 'measured',
      temperature_c: 55 + swing * 9,
      vr_temperature_c: 58 + swing * 5,
      fan_rpm: 4000 + Math.round(swing * 500),
      fan_pct: 40 + Math.round(swing * 20),
      frequency_mhz: 525,
      core_voltage_mv: 1150,
      shares_accepted: 1000 + round,
      shares_rejected: 3,
      best_difficulty: 5_560_000_000,
      pool_url: 'stratum+tcp://pool.example:3333',
      uptime_s: 86_400 + round * 10,
      rssi_dbm: -55,
    },
  }
}
