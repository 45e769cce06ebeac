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

/** Packages follow whoever imports them. */
const OURS = /^(?!.*\/node_modules\/)/

/** What is fetched as soon as the page has nothing else to do: see features/shell/dialogs.tsx. */
const SOON = /\/src\/features\/shell\/(?:all-off-dialog|hands-off-dialog|mode-dialog|drawer)\.tsx$/

/**
 * What the first page needs is not left to the bundler: split by who shares what with whom it came as ninety files, and
 * small files compress badly. It goes into one, and what is fetched right after it into another; whatever is opened later
 * stays apart. A group takes along what its modules import, packages included, unless a group before it has them.
 */
export function chunkGroups(entry: string) {
  let first: Set<string> | undefined
  let soon: Set<string> | undefined
  const firstOf = (graph: Graph) => {
    first ??= reachable([entry], graph, AT_ONCE)
    return first
  }
  const soonOf = (graph: Graph) => {
    soon ??= reachable(
      lazyOf(firstOf(graph), graph).filter((one) => SOON.test(one)),
      graph,
      [],
    )
    return soon
  }
  return [
    {
      priority: 2,
      test: OURS,
      name: (id: string, graph: Graph) => (firstOf(graph).has(id) ? 'house' : null),
    },
    {
      priority: 1,
      test: OURS,
      name: (id: string, graph: Graph) => (soonOf(graph).has(id) ? 'dialogs' : null),
    },
  ]
}

function lazyOf(ids: Iterable<string>, graph: Graph): string[] {
  return [...ids].flatMap((id) => graph.getModuleInfo(id)?.dynamicallyImportedIds ?? [])
}

/** Everything that comes with `entries`, and with what they import lazily if it is `wanted`. */
function reachable(entries: readonly string[], graph: Graph, wanted: readonly RegExp[]): Set<string> {
  const found = new Set<string>()
  const open = [...entries]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const facts = found.has(id) ? null : graph.getModuleInfo(id)
    found.add(id)
    if (facts) {
      const lazy = facts.dynamicallyImportedIds.filter((one) => wanted.some((pattern) => pattern.test(one)))
      open.push(...facts.importedIds, ...lazy)
    }
  }
  return found
}
