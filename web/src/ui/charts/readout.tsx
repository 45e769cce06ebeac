import { type Aligned, valueNear } from './align.ts'
import { type Clockwork, momentLabel } from './labels.ts'
import { Swatch } from './legend.tsx'
import type { ChartSeries } from './types.ts'

interface Props {
  aligned: Aligned
  series: readonly ChartSeries[]
  hidden: ReadonlySet<string>
  cursor: { row: number; left: number }
  clockwork: Clockwork
}

/** What stands under the cursor. For the eye only: what a key does is said aloud by the chart. */
export function Readout({ aligned, series, hidden, cursor, clockwork }: Props) {
  const time = aligned.times[cursor.row]
  if (time === undefined) {
    return null
  }
  return (
    <div aria-hidden className="pointer-events-none absolute inset-0 overflow-hidden">
      <div
        className="nums absolute top-2 max-w-full rounded-lg border border-line bg-raised/95 px-2.5 py-1.5 text-xs shadow-float"
        // Beside the line, on the side where there is room.
        style={{
          left: cursor.left,
          transform: `translateX(clamp(-100% - 12px, (50cqw - ${cursor.left}px) * 1000, 12px))`,
        }}
      >
        <div className="mb-0.5 whitespace-nowrap text-muted">{momentLabel(time, clockwork)}</div>
        {series.map((one, index) => {
          const value = valueNear(aligned, index, cursor.row)
          return hidden.has(one.label) ? null : (
            <div key={one.label} className="flex items-center gap-2 whitespace-nowrap">
              <Swatch color={one.color} shown />
              <span className="grow text-muted">{one.label}</span>
              <span className="font-medium">{value === null ? '–' : one.format(value)}</span>
            </div>
          )
        })}
      </div>
    </div>
  )
}
