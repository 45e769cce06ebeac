import { useState } from 'react'
import { useTranslation } from '@/lib/i18n.ts'
import { Button } from '@/ui/button.tsx'
import { Card } from '@/ui/card.tsx'
import { Pill } from '@/ui/pill.tsx'
import { TotpOff } from './totp-off.tsx'
import { TotpOn } from './totp-on.tsx'

/** The second factor: on, off, and the way from one to the other. */
export function TotpCard({ enabled }: { enabled: boolean }) {
  const { t } = useTranslation('profile')
  // Kept by name: the second factor is on before its recovery codes have been read, and they are shown only once.
  const [way, setWay] = useState<'on' | 'off'>()
  const close = () => setWay(undefined)
  return (
    <Card
      title={t('totp.title')}
      aside={<Pill tone={enabled ? 'good' : 'neutral'}>{t(enabled ? 'totp.on' : 'totp.off')}</Pill>}
    >
      <div className="grid gap-4">
        <p className="max-w-prose">{t('totp.about')}</p>
        <div>
          <Button onClick={() => setWay(enabled ? 'off' : 'on')}>
            {t(enabled ? 'totp.switchOff' : 'totp.switchOn')}
          </Button>
        </div>
      </div>
      {way === 'on' ? <TotpOn onClose={close} /> : null}
      {way === 'off' ? <TotpOff onClose={close} /> : null}
    </Card>
  )
}
