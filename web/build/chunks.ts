interface ModuleFacts {
  importedIds: readonly string[]
  dynamicallyImportedIds: readonly string[]
}

interface Graph {
  getModuleInfo(id: string): ModuleFacts | null
}

/** What is imported lazily and yet at once, because the first page is the dashboard. */
const AT_ONCE = [
  /\/src\/routes\/_house(?:\.index)?\.tsx\?tsr-split=component$/,
  /\/src\/locales\/en\/(?:common|shell|miner-words|dashboard)\.json$/,
]

/**
 * What the first page needs is not left to the bundler: split by who shares what with whom it came as ninety files, and
 * small files compress badly. It goes into two, what others wrote and what we wrote; whatever is opened later stays
 * apart. Names the file of a module; `null` leaves it to the bundler.
 */
export function chunksOf(entry: string): (id: string, graph: Graph) => string | null {
  let first: Set<string> | undefined
  return (id, graph) => {
    first ??= reachable(entry, graph)
    if (!first.has(id)) {
      return null
    }
    return id.includes('/node_modules/') ? null : 'house'
  }
}

function reachable(entry: string, graph: Graph): Set<string> {
  const found = new Set<string>()
  const open = [entry]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const facts = found.has(id) ? null : graph.getModuleInfo(id)
    found.add(id)
    if (facts) {
      const lazy = facts.dynamicallyImportedIds.filter((one) => AT_ONCE.some((wanted) => wanted.test(one)))
      open.push(...facts.importedIds, ...lazy)
    }
  }
  return found
}
