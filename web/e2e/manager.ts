import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const BUILT = fileURLToPath(new URL('../../target/quick/hmm', import.meta.url))
const START_MS_MAX = 60_000

/** The real program in demo, in an empty folder of its own. */
export class Manager {
  readonly url: string
  /** Where the simulated neighbourhood is told what to do. */
  readonly control: string
  readonly #process: ChildProcess
  readonly #folder: string

  private constructor({ url, control }: Addresses, process: ChildProcess, folder: string) {
    this.url = url
    this.control = control
    this.#process = process
    this.#folder = folder
  }

  /** `clock: 'manual'`: time stands still until the control port moves it. */
  static async start(clock: 'system' | 'manual' = 'system'): Promise<Manager> {
    const program = process.env.HMM_PROGRAM ?? BUILT
    if (!existsSync(program)) {
      throw new Error(`${program} is not there: cargo xtask build --quick makes it`)
    }
    const folder = await mkdtemp(join(tmpdir(), 'hmm-e2e-'))
    const args = ['demo', '--port', '0', '--seed', '7', '--clock', clock, '--config-dir', folder]
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    const manager = new Manager(await addresses(child), child, folder)
    await manager.#ready()
    return manager
  }

  /** It listens before it can answer; a browser would complain of the 503 in between. */
  async #ready(): Promise<void> {
    const end = Date.now() + START_MS_MAX
    while (!(await fetch(`${this.url}/api/health/ready`)).ok) {
      if (Date.now() > end) {
        throw new Error('the manager did not become ready')
      }
    }
  }

  /** What the first person types; the file is gone once it has been used. */
  async setupCode(): Promise<string> {
    return (await readFile(join(this.#folder, 'setup-code'), 'utf8')).trim()
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve))
    this.#process.kill('SIGTERM')
    await ended
    await rm(this.#folder, { recursive: true })
  }
}

interface Addresses {
  url: string
  control: string
}

/** Reads on after the addresses have been found: a full pipe would stop the program. */
function addresses(child: ChildProcess): Promise<Addresses> {
  return new Promise((resolve, reject) => {
    const log: string[] = []
    let url: string | undefined
    let control: string | undefined
    const fail = (why: string) => reject(new Error(`${why}\n${log.join('\n')}`))
    const timer = setTimeout(() => fail('the manager did not print its addresses'), START_MS_MAX)
    child.once('error', (error) => fail(error.message))
    child.once('exit', (code) => fail(`the manager ended with ${code}`))
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) {
        continue
      }
      createInterface({ input: stream }).on('line', (line) => {
        log.push(line)
        url ??= /listening on (https?:\/\/\S+)/.exec(line)?.[1]?.replace(/\/$/, '')
        control ??= /control on (http:\/\/\S+)/.exec(line)?.[1]
        if (url && control) {
          clearTimeout(timer)
          resolve({ url, control })
        }
      })
    }
  })
}
