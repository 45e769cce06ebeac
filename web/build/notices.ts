import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Plugin, Rollup } from 'vite'

/** What is in the build without being one of its modules: letters, style rules, and the service worker's machinery. */
const BESIDES = [
  '@fontsource-variable/inter',
  'tailwindcss',
  'vite',
  'workbox-core',
  'workbox-precaching',
  'workbox-routing',
  'workbox-strategies',
]

const PACKAGE = /^(.*\/node_modules\/((?:@[^/]+\/)?[^/]+))\//
/** Of a tool a few lines are inside, and nothing of what it is made of itself. */
const OF_TOOLS = /^# Licenses of bundled dependencies$/m
const LICENCE = /^(?:licen[cs]e|ofl|copying)(?:\.(?:md|txt))?$/i

/** Writes `licences.txt`: whose work is inside, and under which terms, word for word. Built from what was really used. */
export function notices(): Plugin {
  let root = ''
  return {
    name: 'notices',
    apply: 'build',
    configResolved(config) {
      root = config.root
    },
    async generateBundle(_, bundle) {
      const folders = new Map(BESIDES.map((name) => [name, join(root, 'node_modules', name)]))
      for (const id of Object.values(bundle).flatMap(modulesOf)) {
        const [, folder, name] = PACKAGE.exec(id.replace(/^\0/, '')) ?? []
        if (folder && name) {
          folders.set(name, folder)
        }
      }
      const sorted = [...folders].toSorted(([one], [other]) => one.localeCompare(other))
      const parts = await Promise.all(sorted.map(([name, folder]) => notice(name, folder)))
      this.emitFile({
        type: 'asset',
        fileName: 'licences.txt',
        source: parts.join(`\n${'='.repeat(80)}\n\n`),
      })
    },
  }
}

function modulesOf(output: Rollup.OutputBundle[string]): string[] {
  return output.type === 'chunk' ? output.moduleIds : []
}

async function notice(name: string, folder: string): Promise<string> {
  const facts: { version: string; license?: string; author?: string | { name: string } } = JSON.parse(
    await readFile(join(folder, 'package.json'), 'utf8'),
  )
  const file = (await readdir(folder)).find((entry) => LICENCE.test(entry))
  const author = typeof facts.author === 'object' ? facts.author.name : facts.author
  if (!file && !facts.license) {
    throw new Error(`${name} says nothing about its licence`)
  }
  const terms = file
    ? ((await readFile(join(folder, file), 'utf8')).split(OF_TOOLS)[0] ?? '')
    : `${facts.license}${author ? `, ${author}` : ''}\n`
  return `${name} ${facts.version}\n\n${terms.trim()}\n`
}
