import { useMemo } from 'react'
import { useTranslation } from '@/lib/i18n.ts'
import { useScrollFocus } from '../scroll-focus.ts'
import { Td, Th } from '../table.tsx'
import type { Aligned } from './align.ts'
import { type Clockwork, momentLabel } from './labels.ts'
import { tableRows } from './table-rows.ts'
import type { ChartSeries, Span } from './types.ts'

interface Props {
  name: string
  series: readonly ChartSeries[]
  aligned: Aligned
  span: Span
  clockwork: Clockwork
}

/** The same as the chart, in numbers; as high as the chart, so that nothing jumps. */
export function ChartTable({ name, series, aligned, span, clockwork }: Props) {
  const { t } = useTranslation('common')
  const { rows, every, total } = useMemo(() => tableRows(aligned, span), [aligned, span])
  return (
    <div
      {...useScrollFocus({ 'aria-label': name })}
      className="h-full overflow-auto rounded-lg border border-line"
    >
      <table className="w-full border-collapse text-sm">
        <caption className={every > 1 ? 'px-4 py-2 text-left text-muted text-xs' : 'sr-only'}>
          {every > 1 ? t('ui.chartTableThinned', { every, total }) : name}
        </caption>
        <thead className="sticky top-0 bg-surface shadow-[0_1px_0_var(--line)]">
          <tr className="h-9">
            <Th>{t('ui.time')}</Th>
            {series.map(({ label }) => (
              <Th key={label} numeric>
                {label}
              </Th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {rows.map(({ time, cells }) => (
            <tr key={time} className="h-8">
              <Td className="nums whitespace-nowrap">{momentLabel(time, clockwork)}</Td>
              {series.map((one, index) => {
                const value = cells[index]
                return (
                  <Td key={one.label} numeric>
                    {value === null || value === undefined ? '–' : one.format(value)}
                  </Td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
