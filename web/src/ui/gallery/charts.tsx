import { useMemo } from 'react'
import { Card } from '../card.tsx'
import { TimeChart } from '../charts/time-chart.tsx'
import type { ChartPoint, ChartSeries } from '../charts/types.ts'

const MINUTE = 60_000
const STEP = 5 * MINUTE
const COUNT = 288
/** A fixed day, so that a picture of this page is the same tomorrow. */
const START = Date.UTC(2026, 10, 20)
const END = START + COUNT * STEP

/** A wave with a little noise that is the same each time. */
function wave(middle: number, height: number, phase: number): ChartPoint[] {
  return Array.from({ length: COUNT }, (_, index) => {
    const noise = Math.sin(index * 12.9898 + phase) * 0.12
    const mean = middle + height * (Math.sin(index / 34 + phase) + noise)
    return [START + index * STEP, mean - height * 0.25, mean, mean + height * 0.3]
  })
}

const without = (points: ChartPoint[], from: number, to: number) =>
  points.filter((_, index) => index < from || index >= to)

const number = (digits: number, unit: string) => (value: number) => `${value.toFixed(digits)} ${unit}`

const HASHRATE: ChartSeries[] = [
  {
    label: 'Hash rate',
    unit: 'TH/s',
    color: 'series-1',
    points: without(wave(41, 0.6, 0), 90, 110),
    format: number(2, 'TH/s'),
    step: STEP,
  },
]

const TEMPERATURES: ChartSeries[] = (['Chip', 'Voltage regulator', 'Board', 'Intake'] as const).map(
  (label, index) => ({
    label,
    unit: '°C',
    color: `series-${(index + 1) as 1 | 2 | 3 | 4}`,
    points: wave(66 - index * 9, 3, index),
    format: number(1, '°C'),
    step: STEP,
  }),
)

const POWER: ChartSeries[] = [
  {
    label: 'Power',
    unit: 'W',
    color: 'series-3',
    points: wave(18, 1.2, 1),
    format: number(1, 'W'),
    step: STEP,
  },
  { label: 'Fan', unit: '%', color: 'series-6', points: wave(55, 8, 2), format: number(0, '%'), step: STEP },
]

const NOTHING: ChartSeries[] = [
  { label: 'Signal', unit: 'dBm', color: 'series-2', points: [], format: number(0, 'dBm') },
]

export function Charts() {
  const common = useMemo(() => ({ from: START, to: END, timeZone: 'Europe/London' }), [])
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <Card title="Hash rate">
        <TimeChart
          {...common}
          name="Hash rate"
          summary="Between 40.3 and 41.7 TH/s, with a gap from 07:30 to 09:10."
          series={HASHRATE}
          syncKey="gallery"
        />
      </Card>
      <Card title="Temperatures">
        <TimeChart
          {...common}
          name="Temperatures"
          summary="The chip stays below 70 °C."
          series={TEMPERATURES}
          syncKey="gallery"
        />
      </Card>
      <Card title="Power and fan">
        <TimeChart
          {...common}
          name="Power and fan"
          summary="Power near 18 W, fan between 45 and 65 %."
          series={POWER}
          syncKey="gallery"
        />
      </Card>
      <Card title="A chart without points">
        <TimeChart {...common} name="Signal" summary="Nothing was recorded." series={NOTHING} />
      </Card>
    </div>
  )
}
