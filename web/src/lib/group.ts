/** Items by what they have in common, in the order in which each was seen first. */
export function groupBy<Item, Key>(items: Iterable<Item>, key: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>()
  for (const item of items) {
    const name = key(item)
    const group = groups.get(name)
    if (group) {
      group.push(item)
    } else {
      groups.set(name, [item])
    }
  }
  return groups
}
