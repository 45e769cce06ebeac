import type { QueryClient } from '@tanstack/react-query'
import { meQueryKey } from '@/api/generated/@tanstack/react-query.gen.ts'
import type { LiveFrame } from '@/api/generated/types.gen.ts'
import { EventFold } from './apply-event.ts'
import type { StatusBoard } from './status.ts'

/** A page that nobody looks at hangs up after this long: it would only do work for nobody. */
const REST_AFTER_MS = 15_000
/** The house says something at least every 20 s; silence for this long means that the line is dead. */
const SILENCE_MS = 45_000
/** After so many attempts in vain the page says that it is offline. */
const TRIES_OFFLINE = 3
const WAIT_FIRST_MS = 500
const WAIT_MOST_MS = 15_000

/** The live feed: one socket, its repair, and its rest while the page is hidden. */
export class Feed {
  readonly #cache: QueryClient
  readonly #status: StatusBoard
  #socket: WebSocket | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #heardAt = 0
  #tries = 0
  #brokenSince: number | undefined
  #running = false
  #everLive = false

  constructor(cache: QueryClient, status: StatusBoard) {
    this.#cache = cache
    this.#status = status
  }

  /** Runs until the returned function is called. */
  start(): () => void {
    this.#running = true
    const status = this.#status.get()
    if (status.kind === 'offline') {
      // What is shown is from an earlier visit, and so is its age.
      this.#brokenSince = status.since
    }
    document.addEventListener('visibilitychange', this.#looked)
    window.addEventListener('online', this.#awake)
    window.addEventListener('offline', this.#lost)
    window.addEventListener('pageshow', this.#awake)
    this.#connect()
    return () => this.#stop()
  }

  #stop(): void {
    this.#running = false
    document.removeEventListener('visibilitychange', this.#looked)
    window.removeEventListener('online', this.#awake)
    window.removeEventListener('offline', this.#lost)
    window.removeEventListener('pageshow', this.#awake)
    this.#hangUp()
  }

  #connect(): void {
    this.#hangUp()
    const url = new URL('ws/updates', document.baseURI)
    url.protocol = url.protocol.replace('http', 'ws')
    const socket = new WebSocket(url)
    const fold = new EventFold(this.#cache)
    let expected = 0
    this.#socket = socket
    this.#heardAt = Date.now()
    this.#listenFor(SILENCE_MS)
    socket.addEventListener('message', ({ data }: MessageEvent<string>) => {
      const frame: LiveFrame = JSON.parse(data)
      const now = Date.now()
      this.#heardAt = now
      if (frame.type === 'snapshot') {
        expected = frame.seq
        this.#healed()
      }
      if (frame.seq !== expected) {
        // Something was missed: a new line begins with everything.
        this.#broken()
        return
      }
      expected += 1
      fold.apply(frame, now)
    })
    // An error is always followed by a close.
    socket.addEventListener('close', () => {
      if (this.#socket === socket) {
        this.#broken()
      }
    })
  }

  #healed(): void {
    // Whatever else was asked before the line broke may have changed meanwhile.
    if (this.#everLive) {
      void this.#cache.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'fleet' })
    }
    this.#everLive = true
    this.#tries = 0
    this.#brokenSince = undefined
    this.#status.set({ kind: 'live' })
  }

  #broken(): void {
    this.#hangUp()
    if (!this.#running) {
      return
    }
    if (document.hidden) {
      this.#status.set({ kind: 'resting' })
      return
    }
    this.#tries += 1
    this.#brokenSince ??= this.#heardAt
    // A line that is refused may mean that somebody was signed out.
    void this.#cache.invalidateQueries({ queryKey: meQueryKey() })
    // Offline ends with the first word of the house, not with the next attempt.
    const already = this.#status.get().kind === 'offline'
    const offline = already || this.#tries >= TRIES_OFFLINE || !navigator.onLine
    this.#status.set({ kind: offline ? 'offline' : 'reconnecting', since: this.#brokenSince })
    const wait = Math.min(WAIT_MOST_MS, WAIT_FIRST_MS * 2 ** (this.#tries - 1))
    // Pages that lost the same house do not all come back in the same instant.
    this.#later(() => this.#connect(), wait * (0.75 + Math.random() / 2))
  }

  #listenFor(ms: number): void {
    this.#later(() => {
      const left = this.#heardAt + SILENCE_MS - Date.now()
      if (left <= 0) {
        this.#broken()
      } else {
        this.#listenFor(left)
      }
    }, ms)
  }

  #later(action: () => void, ms: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(action, ms)
  }

  #hangUp(): void {
    clearTimeout(this.#timer)
    const socket = this.#socket
    this.#socket = undefined
    socket?.close()
  }

  readonly #looked = () => {
    if (!document.hidden) {
      this.#awake()
    } else if (this.#socket) {
      this.#later(() => {
        this.#hangUp()
        this.#status.set({ kind: 'resting' })
      }, REST_AFTER_MS)
    }
  }

  /** A phone that wakes up may hold a socket that died in its sleep without telling. */
  readonly #awake = () => {
    const alive = this.#socket?.readyState === WebSocket.OPEN && Date.now() - this.#heardAt < SILENCE_MS
    if (alive) {
      this.#listenFor(SILENCE_MS)
      return
    }
    this.#tries = 0
    this.#connect()
  }

  readonly #lost = () => this.#broken()
}
