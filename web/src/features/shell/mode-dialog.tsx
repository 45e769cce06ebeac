import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { getModeOptions } from '@/api/generated/@tanstack/react-query.gen.ts'
import type { OperationMode } from '@/api/generated/types.gen.ts'
import { useMay } from '@/entities/person/me.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { useHouseNow } from '@/live/house-now.ts'
import { Button } from '@/ui/button.tsx'
import { RadioCards } from '@/ui/choice.tsx'
import { Dialog } from '@/ui/dialog.tsx'
import { FormError } from '@/ui/form.tsx'
import { useToast } from '@/ui/toast.tsx'
import { MODE_ICONS } from './mode-button.tsx'
import { useSwitchMode } from './use-switch-mode.ts'

const MODES = ['live', 'dry_run', 'paused'] as const satisfies readonly OperationMode[]

/** What each operation mode means. Choosing and pressing once is the confirmation: the effect is beside the choice. */
export function ModeDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('shell')
  const now = useHouseNow()?.mode
  const may = useMay('operator')
  const [chosen, setChosen] = useState<OperationMode>()
  const { switchTo, busy, problem } = useSwitchMode()
  const toast = useToast()
  const wayBack = useWayBack(now)
  const wanted = chosen ?? wayBack ?? now
  const change = (mode: OperationMode) =>
    switchTo(mode, {
      onSuccess: () => {
        toast.success(t(`mode.${mode}.done`))
        onClose()
      },
    })
  const footer =
    may && wanted ? (
      <>
        <Button onClick={onClose}>{t('common:ui.cancel')}</Button>
        <Button
          look="primary"
          busy={busy}
          disabledReason={wanted === now ? t('mode.same', { name: t(`mode.${wanted}.name`) }) : undefined}
          onClick={() => change(wanted)}
        >
          {t('mode.action', { name: t(`mode.${wanted}.name`) })}
        </Button>
      </>
    ) : undefined
  return (
    <Dialog open onOpenChange={onClose} title={t('mode.title')} description={t('mode.lead')} footer={footer}>
      <div className="grid gap-4">
        <FormError>{problem?.detail}</FormError>
        {may ? (
          <RadioCards
            legend={t('mode.title')}
            legendHidden
            name="mode"
            value={wanted}
            onValueChange={setChosen}
            options={MODES.map((value) => ({
              value,
              label: t(`mode.${value}.name`),
              hint: t(`mode.${value}.meaning`),
              icon: MODE_ICONS[value],
            }))}
          />
        ) : (
          <Meaning now={now} />
        )}
      </div>
    </Dialog>
  )
}

/** Where the end of a pause leads: to what was before it or, where nobody knows, to where nothing acts by itself. */
function useWayBack(now: OperationMode | undefined): OperationMode | undefined {
  const paused = now === 'paused'
  const { data, isPending } = useQuery({ ...getModeOptions(), enabled: paused, staleTime: 0 })
  if (!paused || isPending) {
    return undefined
  }
  return data?.before ?? 'dry_run'
}

/** For whoever may look and not choose. */
function Meaning({ now }: { now: OperationMode | undefined }) {
  const { t } = useTranslation('shell')
  return (
    <dl data-autofocus tabIndex={-1} className="grid gap-3 outline-none">
      {MODES.map((mode) => (
        <div key={mode} className={mode === now ? 'font-medium' : 'text-muted'}>
          <dt className="font-semibold">
            {t(`mode.${mode}.name`)}
            {mode === now ? ` (${t('mode.now')})` : null}
          </dt>
          <dd>{t(`mode.${mode}.meaning`)}</dd>
        </div>
      ))}
    </dl>
  )
}
