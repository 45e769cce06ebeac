import { CircleCheck, Download } from 'lucide-react'
import { useState } from 'react'
import { installOffer } from '@/entities/house/install.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { Button } from '@/ui/button.tsx'
import { Card } from '@/ui/card.tsx'
import { Disclosure } from '@/ui/disclosure.tsx'
import { DEVICES, type Device, type Facts, verdictOf } from './abilities.ts'

/** As many steps as each device's texts have. */
const STEPS: Record<Device, readonly string[]> = {
  ios: ['a', 'b', 'c'],
  android: ['a', 'b', 'c'],
  chromium: ['a', 'b'],
  safari: ['a', 'b'],
  firefox: ['a'],
}

/** The button where the browser has one, and the way by hand for every device. */
export function InstallCard({ facts }: { facts: Facts }) {
  const { t } = useTranslation('install')
  const [pressed, setPressed] = useState(false)
  const others = DEVICES.filter((device) => device !== facts.device)
  const install = () => {
    setPressed(true)
    void installOffer.take()
  }
  return (
    <Card title={t('install.title')}>
      {facts.standalone ? (
        <p className="flex items-center gap-2">
          <CircleCheck size={18} aria-hidden className="shrink-0 text-good" />
          {t('install.done')}
        </p>
      ) : null}
      {facts.offer && !facts.standalone ? (
        <div className="grid justify-items-start gap-3">
          <p>{t('install.offer')}</p>
          <Button look="primary" icon={Download} onClick={install}>
            {t('install.action')}
          </Button>
        </div>
      ) : null}
      {facts.offer || facts.standalone ? null : (
        <div className="grid gap-2">
          {pressed ? <p>{t('install.asked')}</p> : null}
          {verdictOf('install', facts) === 'https' ? <p>{t('install.needsHttps')}</p> : null}
          <p className="font-medium">{t(`device.${facts.device}.name`)}</p>
          <Steps device={facts.device} />
        </div>
      )}
      <div className="mt-3 border-line border-t pt-2">
        <p className="text-muted text-sm">{t('install.others')}</p>
        {others.map((device) => (
          <Disclosure key={device} summary={t(`device.${device}.name`)}>
            <Steps device={device} />
          </Disclosure>
        ))}
      </div>
    </Card>
  )
}

function Steps({ device }: { device: Device }) {
  const { t } = useTranslation('install')
  return (
    <ol className="grid list-decimal gap-1 pl-5">
      {STEPS[device].map((step) => (
        <li key={step}>{t(`device.${device}.${step}`)}</li>
      ))}
    </ol>
  )
}
