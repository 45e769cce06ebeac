import { cx } from 'class-variance-authority'
import type { Miner } from '@/api/generated/types.gen.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { ago } from '@/lib/time.ts'
import { useNow } from '@/lib/use-now.ts'
import { Card } from '@/ui/card.tsx'
import { Figure } from '@/ui/figure.tsx'
import { Later } from '@/ui/later.tsx'
import { StaleMark } from '@/ui/state.tsx'
import { Charts } from './charts-section.tsx'
import { DetailsCard } from './details-card.tsx'
import { ModeCard } from './mode-card.tsx'
import { PoolCard } from './pool-card.tsx'
import { PowerCard } from './power-card.tsx'
import { useTelemetry } from './queries.ts'
import { SaidCard } from './said-card.tsx'
import { headTiles, moreTiles, type Tile } from './tiles.ts'

const TICK_MS = 30_000

/** What it says now and what was wanted of it; how it went. */
export function NowTab({ miner }: { miner: Miner }) {
  const { t } = useTranslation('miner')
  const telemetry = useTelemetry(miner).data
  const more = moreTiles(miner, telemetry)
  const now = useNow(TICK_MS)
  const stale = miner.stale && miner.latest ? t('tile.stale', { age: ago(miner.latest.at, now) }) : undefined
  return (
    <div className="grid grid-cols-1 gap-4 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)] lg:grid-rows-[auto_1fr]">
      <div className="grid min-w-0 grid-cols-1 content-start gap-4">
        <div className="grid grid-cols-2 gap-4 xl:grid-cols-4">
          {headTiles(miner).map((tile) => (
            <Card key={tile.id}>
              <TileFigure tile={tile} stale={stale} />
            </Card>
          ))}
        </div>
        <Later>
          {more.length > 0 ? (
            <Card title={t('tile.title')} aside={stale ? <StaleMark age={stale} /> : undefined}>
              <div className={cx('grid grid-cols-2 gap-x-4 gap-y-5 sm:grid-cols-3', stale && 'text-muted')}>
                {more.map((tile) => (
                  <TileFigure key={tile.id} tile={tile} stale={undefined} size="md" />
                ))}
              </div>
            </Card>
          ) : null}
        </Later>
      </div>
      <div className="grid min-w-0 grid-cols-1 content-start gap-4 lg:col-start-2 lg:row-span-2 lg:row-start-1">
        <Later>
          <ModeCard miner={miner} />
          <PowerCard miner={miner} />
          <PoolCard miner={miner} telemetry={telemetry} />
          <DetailsCard miner={miner} />
        </Later>
      </div>
      <div className="grid min-w-0 grid-cols-1 content-start gap-4">
        <Later>
          <Charts miner={miner} />
          {telemetry ? <SaidCard telemetry={telemetry} /> : null}
        </Later>
      </div>
    </div>
  )
}

interface TileProps {
  tile: Tile
  stale: string | undefined
  size?: 'md' | 'lg'
}

function TileFigure({ tile: { id, quantity, notes }, stale, size = 'lg' }: TileProps) {
  const { t } = useTranslation('miner')
  return (
    <Figure
      label={t(`tile.${id}`)}
      value={quantity.value}
      unit={quantity.unit || undefined}
      stale={stale}
      size={size}
      note={notes.map(({ key, values }) => <div key={key}>{t(key, values)}</div>)}
    />
  )
}
