import {
  ChevronLeft,
  ChevronRight,
  Download,
  EllipsisVertical,
  Image,
  Maximize2,
  ZoomIn,
  ZoomOut,
} from 'lucide-react'
import type { RefObject } from 'react'
import { download, fileName } from '@/lib/files.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { Button, IconButton } from '../button.tsx'
import { Menu, MenuItem, MenuSeparator } from '../menu.tsx'
import { useToast } from '../toast.tsx'
import type { Aligned } from './align.ts'
import type { Plot } from './plot.ts'
import type { ChartSeries } from './types.ts'
import type { Move } from './use-zoom.ts'

interface Props {
  name: string
  series: readonly ChartSeries[]
  shown: readonly ChartSeries[]
  aligned: Aligned
  plot: RefObject<Plot | undefined>
  zoomed: boolean
  move: (step: Move) => void
  reset: () => void
  asTable: boolean
  onAsTable: (asTable: boolean) => void
}

/** What can be done with a chart, for hands that have no wheel and no mouse as well. */
export function ChartTools(props: Props) {
  const { name, series, shown, aligned, plot, zoomed, move, reset, asTable, onAsTable } = props
  const { t } = useTranslation('common')
  const toast = useToast()
  // What makes the files is loaded with the first of them.
  const save = async (ending: 'csv' | 'png', make: () => Promise<Blob>) => {
    try {
      download(await make(), fileName(name, ending))
    } catch (error) {
      toast.trouble(t(ending === 'csv' ? 'ui.chartNoFile' : 'ui.chartNoPicture'), {
        detail: error instanceof Error ? error.message : String(error),
      })
    }
  }
  const saveCsv = () =>
    save('csv', async () => {
      const { toCsv } = await import('./csv.ts')
      return new Blob([toCsv(series, aligned)], { type: 'text/csv;charset=utf-8' })
    })
  const savePng = async () => {
    const drawn = plot.current
    if (drawn) {
      await save('png', async () => (await import('./png.ts')).toPng(drawn, name, shown))
    }
  }
  const noZoom = zoomed ? undefined : t('ui.chartNotZoomed')
  return (
    <div className="ml-auto flex items-center gap-1">
      {zoomed ? (
        <Button size="sm" look="ghost" icon={Maximize2} onClick={reset}>
          {t('ui.zoomReset')}
        </Button>
      ) : null}
      <Button size="sm" look="ghost" onClick={() => onAsTable(!asTable)}>
        {asTable ? t('ui.showChart') : t('ui.showTable')}
      </Button>
      <Menu trigger={<IconButton icon={EllipsisVertical} size="sm" label={t('ui.chartMore', { name })} />}>
        <MenuItem icon={ZoomIn} onSelect={() => move('in')}>
          {t('ui.zoomIn')}
        </MenuItem>
        <MenuItem icon={ZoomOut} disabledReason={noZoom} onSelect={() => move('out')}>
          {t('ui.zoomOut')}
        </MenuItem>
        <MenuItem icon={ChevronLeft} disabledReason={noZoom} onSelect={() => move('earlier')}>
          {t('ui.earlier')}
        </MenuItem>
        <MenuItem icon={ChevronRight} disabledReason={noZoom} onSelect={() => move('later')}>
          {t('ui.later')}
        </MenuItem>
        <MenuSeparator />
        <MenuItem icon={Download} onSelect={() => void saveCsv()}>
          {t('ui.downloadCsv')}
        </MenuItem>
        <MenuItem
          icon={Image}
          disabledReason={asTable ? t('ui.chartPictureOfTable') : undefined}
          onSelect={() => void savePng()}
        >
          {t('ui.downloadPng')}
        </MenuItem>
      </Menu>
    </div>
  )
}
