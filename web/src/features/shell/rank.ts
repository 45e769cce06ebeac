/** Marks of letters go, case goes: "Küche" is found by "kuche". */
const plain = (text: string) => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase()

/** How well a text answers a query; `undefined` where it does not. Every word must be somewhere, in any order. */
export function score(query: string, text: string): number | undefined {
  const where = plain(text)
  let sum = 0
  for (const word of plain(query).split(/\s+/).filter(Boolean)) {
    const points = pointsOf(word, where)
    if (points === 0) {
      return undefined
    }
    sum += points
  }
  return sum
}

function pointsOf(word: string, where: string): number {
  if (where.startsWith(word)) {
    return 4
  }
  if (where.split(/[\s\-_.:/]+/).some((part) => part.startsWith(word))) {
    return 3
  }
  if (where.includes(word)) {
    return 2
  }
  // Letters in order, with gaps: "gm3" finds "Garage miner 3". Two letters fit everything.
  return word.length > 2 && inOrder(word, where) ? 1 : 0
}

function inOrder(word: string, where: string): boolean {
  let from = 0
  for (const letter of word) {
    const at = where.indexOf(letter, from)
    if (at < 0) {
      return false
    }
    from = at + 1
  }
  return true
}

/** The best answers first; equals stay in their order. */
export function ranked<Item>(query: string, items: readonly Item[], textOf: (item: Item) => string): Item[] {
  return items
    .map((item) => ({ item, points: score(query, textOf(item)) }))
    .filter((one) => one.points !== undefined)
    .toSorted((a, b) => (b.points ?? 0) - (a.points ?? 0))
    .map(({ item }) => item)
}
