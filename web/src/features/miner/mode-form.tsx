import { zodResolver } from '@hookform/resolvers/zod'
import { FormProvider, useForm } from 'react-hook-form'
import { z } from 'zod'
import type { Miner } from '@/api/generated/types.gen.ts'
import { useSetMode } from '@/entities/miner/commands.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { Button } from '@/ui/button.tsx'
import { FormActions, FormError } from '@/ui/form.tsx'
import { ProblemWords } from './problem-words.tsx'
import { useSentSomething } from './queries.ts'
import { type UntilFields, untilBody } from './until.ts'
import { checkUntil, UntilChoice, untilShape, usualUntil } from './until-choice.tsx'
import { wouldReturnTo } from './words.ts'

const shape = z.object(untilShape).superRefine(checkUntil)

interface Props {
  miner: Miner
  mode: string
  name: string
  label: (mode: string) => string
  onDone: () => void
}

/** It opens below what was pressed, which may be at the foot of the window. */
const intoView = (form: HTMLFormElement | null) => form?.scrollIntoView({ block: 'nearest' })

/** Asks until when, and says what follows. */
export function ModeForm({ miner, mode, name, label, onDone }: Props) {
  const { t } = useTranslation('miner')
  const form = useForm<UntilFields>({
    resolver: zodResolver(shape),
    defaultValues: usualUntil(),
    mode: 'onTouched',
  })
  const send = useSetMode(miner.id)
  const sent = useSentSomething()
  const submit = form.handleSubmit((fields) =>
    send.mutate(
      { mode, until: untilBody(fields) },
      {
        onSuccess: () => {
          sent()
          onDone()
        },
      },
    ),
  )
  const back = wouldReturnTo(miner)
  const resting = miner.desired.power?.value === 'off'
  return (
    <FormProvider {...form}>
      <form ref={intoView} noValidate onSubmit={submit} className="grid gap-3 border-line border-t pt-3">
        <FormError>{send.error ? <ProblemWords error={send.error} /> : null}</FormError>
        <UntilChoice />
        <p className="text-muted text-sm">
          {back === null || back === mode ? t('mode.thenBefore') : t('mode.then', { mode: label(back) })}
          {resting ? ` ${t('mode.whenOn')}` : null}
        </p>
        <FormActions>
          <Button onClick={onDone}>{t('cancel')}</Button>
          <Button type="submit" look="primary" busy={send.isPending}>
            {t('mode.submit', { mode: name })}
          </Button>
        </FormActions>
      </form>
    </FormProvider>
  )
}
