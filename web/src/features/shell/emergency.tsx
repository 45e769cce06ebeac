import { Hand, Play, Power } from 'lucide-react'
import { useMay } from '@/entities/person/me.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { useHouseNow } from '@/live/house-now.ts'
import { Button } from '@/ui/button.tsx'
import { useAsk } from './ask.ts'
import { ModeButton } from './mode-button.tsx'

/** The two buttons that are never far away, and who may move the hardware now. */
export function Emergency() {
  const { t } = useTranslation('shell')
  const may = useMay('operator')
  const ask = useAsk()
  const paused = useHouseNow()?.mode === 'paused'
  return (
    <>
      <ModeButton />
      {may ? (
        <>
          {paused ? (
            <Button size="sm" icon={Play} onClick={() => ask('mode')}>
              {t('pause.button')}
            </Button>
          ) : (
            <Button size="sm" icon={Hand} onClick={() => ask('hands-off')}>
              {t('handsOff.button')}
            </Button>
          )}
          <Button size="sm" icon={Power} className="text-bad!" onClick={() => ask('all-off')}>
            {t('allOff.button')}
          </Button>
        </>
      ) : null}
    </>
  )
}
