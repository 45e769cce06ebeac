import { CirclePause, Eye, type LucideIcon, Zap } from 'lucide-react'
import type { OperationMode } from '@/api/generated/types.gen.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { useHouseNow } from '@/live/house-now.ts'
import { Button } from '@/ui/button.tsx'
import { useAsk } from './ask.ts'

export const MODE_ICONS: Record<OperationMode, LucideIcon> = { live: Zap, dry_run: Eye, paused: CirclePause }

const LOOKS: Record<OperationMode, string> = {
  live: 'bg-good-soft! text-good! border-good/30!',
  dry_run: 'bg-accent-soft! text-accent! border-accent/30!',
  paused: 'bg-warn-soft! text-warn! border-warn/30!',
}

/** The operation mode. Behind it: what it means and, for whoever may, the others. */
export function ModeButton() {
  const { t } = useTranslation('shell')
  const mode = useHouseNow()?.mode
  const ask = useAsk()
  if (!mode) {
    return null
  }
  const name = t(`mode.${mode}.name`)
  return (
    <Button
      size="sm"
      icon={MODE_ICONS[mode]}
      aria-label={t('mode.button', { name })}
      className={LOOKS[mode]}
      onClick={() => ask('mode')}
    >
      {name}
    </Button>
  )
}
