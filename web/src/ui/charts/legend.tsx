import { useTranslation } from '@/lib/i18n.ts'
import type { ChartSeries } from './types.ts'

interface Props {
  series: readonly ChartSeries[]
  hidden: ReadonlySet<string>
  onChange: (hidden: ReadonlySet<string>) => void
}

/** Names the lines; with more than one, each can be taken away and brought back. */
export function Legend({ series, hidden, onChange }: Props) {
  const { t } = useTranslation('common')
  const toggle = (label: string) => {
    const next = new Set(hidden)
    if (!next.delete(label)) {
      next.add(label)
    }
    onChange(next)
  }
  const [only] = series
  if (series.length === 1 && only) {
    return (
      <span className="inline-flex min-h-8 items-center gap-2 text-muted text-xs">
        <Swatch color={only.color} shown />
        {only.label}
      </span>
    )
  }
  return (
    <fieldset className="-mx-1.5 flex flex-wrap">
      <legend className="sr-only">{t('ui.chartSeries')}</legend>
      {series.map(({ label, color }) => {
        const shown = !hidden.has(label)
        return (
          <button
            key={label}
            type="button"
            aria-pressed={shown}
            onClick={() => toggle(label)}
            className="inline-flex min-h-8 items-center gap-2 rounded-md px-1.5 text-muted text-xs hover:text-text"
          >
            <Swatch color={color} shown={shown} />
            <span className={shown ? '' : 'line-through'}>{label}</span>
          </button>
        )
      })}
    </fieldset>
  )
}

/** The colour of a line; hollow while the line is taken away. */
export function Swatch({ color, shown }: { color: string; shown: boolean }) {
  const ink = `var(--${color})`
  return (
    <span
      aria-hidden
      className="size-2.5 shrink-0 rounded-[3px] border-[1.5px]"
      style={{ borderColor: ink, backgroundColor: shown ? ink : 'transparent' }}
    />
  )
}
