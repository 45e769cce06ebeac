import { zodResolver } from '@hookform/resolvers/zod'
import { FormProvider, useForm } from 'react-hook-form'
import { z } from 'zod'
import type { Miner, PowerState } from '@/api/generated/types.gen.ts'
import { useSetPower } from '@/entities/miner/commands.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { useHouseNow } from '@/live/house-now.ts'
import { Banner } from '@/ui/banner.tsx'
import { FormDialog } from '@/ui/form-dialog.tsx'
import { ProblemWords } from './problem-words.tsx'
import { useSentSomething } from './queries.ts'
import { type UntilFields, untilBody } from './until.ts'
import { checkUntil, UntilChoice, untilShape, usualUntil } from './until-choice.tsx'
import { whyNot } from './words.ts'

const shape = z.object(untilShape).superRefine(checkUntil)

interface Props {
  miner: Miner
  power: PowerState
  onClose: () => void
}

/** On or off until when, with what that means for this device. */
export function PowerDialog({ miner, power, onClose }: Props) {
  const { t } = useTranslation('miner')
  const operation = useHouseNow()?.mode
  const form = useForm<UntilFields>({
    resolver: zodResolver(shape),
    defaultValues: usualUntil(),
    mode: 'onTouched',
  })
  const send = useSetPower(miner.id)
  const sent = useSentSomething()
  const submit = form.handleSubmit((fields) =>
    send.mutate(
      { power, until: untilBody(fields) },
      {
        onSuccess: () => {
          sent()
          onClose()
        },
      },
    ),
  )
  const { power_off } = miner.capabilities
  const lowest = power === 'off' && power_off === 'none'
  const latched = power === 'on' && miner.desired.power?.owner === 'safety'
  const not = whyNot('power', miner, operation)
  return (
    <FormProvider {...form}>
      <FormDialog
        title={t(lowest ? 'power.ask.lowest' : `power.ask.${power}`, { name: miner.name })}
        description={power === 'off' ? t(`power.off.${power_off}`) : t('power.on')}
        width="sm"
        action={t(lowest ? 'do.lowest' : `do.${power}`)}
        busy={send.isPending}
        disabledReason={not && t(not)}
        error={send.error ? <ProblemWords error={send.error} /> : null}
        onSubmit={submit}
        onClose={onClose}
      >
        {latched ? (
          <Banner tone="warn" live="off">
            {t('power.latched')}
          </Banner>
        ) : null}
        <UntilChoice />
        <p className="text-muted text-sm">{t(`power.then.${power}`)}</p>
      </FormDialog>
    </FormProvider>
  )
}
