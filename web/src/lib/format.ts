/** "1 miner", "3 miners", "no miners". */
export function miners(count: number): string {
  if (count === 0) {
    return 'no miners'
  }
  return count === 1 ? '1 miner' : `${count} miners`
}
