import { readFile, writeFile } from 'node:fs/promises'
import { cpus, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'

const FILE = fileURLToPath(new URL('../../docs/bench-web.md', import.meta.url))

/** Puts a table into docs/bench-web.md, where the one before of this name stands, with the day and the machine. */
export async function keepFigures(name: string, table: string, note = ''): Promise<void> {
  const text = await readFile(FILE, 'utf8')
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const [before, rest] = text.split(begin)
  const after = rest?.split(end)[1]
  if (before === undefined || after === undefined) {
    throw new Error(`${FILE} has no place for the table: ${begin} … ${end}`)
  }
  const machine = `${cpus().length} cores, ${(totalmem() / 2 ** 30).toFixed(1)} GiB of memory`
  const day = new Date().toISOString().slice(0, 10)
  await writeFile(FILE, `${before}${begin}\n\n${day}, ${machine}${note}.\n\n${table}\n\n${end}${after}`)
}
