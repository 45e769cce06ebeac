const EDGE = 1.5
/** The whole height is at least this part of the largest value: a steady miner's noise is no mountain range. */
const HEIGHT_PART = 0.2

/** One SVG path for each unbroken run of points. A gap stays a gap; a single point becomes a dot. */
export function sparkPaths(points: readonly (number | null)[], width: number, height: number): string[] {
  const known = points.filter((point) => point !== null)
  if (known.length === 0) {
    return []
  }
  const least = known.reduce((a, b) => Math.min(a, b))
  const most = known.reduce((a, b) => Math.max(a, b))
  const span = Math.max(most - least, HEIGHT_PART * Math.max(Math.abs(least), Math.abs(most)))
  // In the middle of the height, where there is more of it than the values need: at the foot it would look like zero.
  const low = (least + most - span) / 2
  const x = (index: number) => EDGE + (index / Math.max(1, points.length - 1)) * (width - 2 * EDGE)
  const y = (value: number) =>
    span === 0 ? height / 2 : height - EDGE - ((value - low) / span) * (height - 2 * EDGE)
  const runs: string[][] = [[]]
  points.forEach((point, index) => {
    if (point === null) {
      runs.push([])
    } else {
      runs.at(-1)?.push(`${x(index).toFixed(1)} ${y(point).toFixed(1)}`)
    }
  })
  return runs
    .filter((run) => run.length > 0)
    .map((run) => (run.length === 1 ? `M${run[0]}h0` : `M${run.join('L')}`))
}
