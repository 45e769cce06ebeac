/** The light edge that a camera needs around the code. */
const EDGE = 4

/** One path for all dark squares: a run of them in a row is one box. */
export function qrPath(rows: readonly string[]): string {
  return rows
    .flatMap((row, y) =>
      [...row.matchAll(/1+/g)].map(({ index, 0: run }) => `M${index} ${y}h${run.length}v1h-${run.length}z`),
    )
    .join('')
}

/** A QR code: dark on light in both themes, because cameras want it so. */
export function Qr({ rows, label }: { rows: readonly string[]; label: string }) {
  const size = rows.length + 2 * EDGE
  return (
    <figure aria-label={label} className="size-52 max-w-full overflow-hidden rounded-lg">
      <svg aria-hidden viewBox={`${-EDGE} ${-EDGE} ${size} ${size}`} shapeRendering="crispEdges">
        <rect x={-EDGE} y={-EDGE} width={size} height={size} fill="#fff" />
        <path d={qrPath(rows)} fill="#000" />
      </svg>
    </figure>
  )
}
