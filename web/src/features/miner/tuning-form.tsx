import { zodResolver } from '@hookform/resolvers/zod'
import { useState } from 'react'
import { FormProvider, useForm, useWatch } from 'react-hook-form'
import { z } from 'zod'
import type { Miner } from '@/api/generated/types.gen.ts'
import { useTuning } from '@/entities/miner/commands.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { Banner } from '@/ui/banner.tsx'
import { Button } from '@/ui/button.tsx'
import { Confirm } from '@/ui/dialog.tsx'
import { FormActions, FormError } from '@/ui/form.tsx'
import { useToast } from '@/ui/toast.tsx'
import { FanFields } from './fan-fields.tsx'
import { ProblemWords } from './problem-words.tsx'
import { useModes, useSentSomething } from './queries.ts'
import {
  aboveStandard,
  faultOf,
  isEmpty,
  type NumberField,
  rangeOf,
  type TuningFields,
  tuningBody,
  UNTOUCHED,
} from './tuning.ts'
import { TuningNumber } from './tuning-number.tsx'
import { WishLine } from './wish-line.tsx'

const NUMBERS: readonly NumberField[] = ['frequency', 'voltage', 'fanPct', 'target']

const shapeFor = ({ capabilities }: Miner) =>
  z
    .object({
      frequency: z.string(),
      voltage: z.string(),
      fan: z.enum(['keep', 'fixed', 'target']),
      fanPct: z.string(),
      target: z.string(),
    })
    .superRefine((fields, context) => {
      for (const path of NUMBERS) {
        const message = faultOf(path, fields, capabilities)
        if (message) {
          context.addIssue({ code: 'custom', path: [path], message })
        }
      }
    })

/** Sends what was changed and nothing else; above the factory's setting it asks once more. */
export function TuningForm({ miner, not }: { miner: Miner; not: string | undefined }) {
  const { t } = useTranslation('miner')
  const { t: word } = useTranslation('miner-words')
  const form = useForm<TuningFields>({
    resolver: zodResolver(shapeFor(miner)),
    defaultValues: UNTOUCHED,
    mode: 'onTouched',
  })
  const fields = useWatch({ control: form.control, compute: (all: TuningFields) => all })
  const modes = useModes(miner)
  const send = useTuning(miner.id)
  const sent = useSentSomething()
  const toast = useToast()
  const [asking, setAsking] = useState(false)

  const body = tuningBody(fields)
  const above = aboveStandard(body, modes.data)
  const why =
    not ?? (isEmpty(body) ? t('tune.empty') : above && !miner.may_overclock ? t('tune.markFirst') : undefined)
  const go = () =>
    send.mutate(body, {
      onSuccess: () => {
        setAsking(false)
        form.reset(UNTOUCHED)
        sent()
        toast.success(t('done.tuned', { name: miner.name }))
      },
    })
  const submit = form.handleSubmit(() => (above ? setAsking(true) : go()))
  const wish = miner.desired.mode
  const modeName = (mode: string) => word(`mode.${mode}`, { defaultValue: mode })
  const can = (field: NumberField) => rangeOf(field, miner.capabilities) !== null
  return (
    <FormProvider {...form}>
      <form noValidate onSubmit={submit} className="grid max-w-2xl gap-4">
        <p className="text-muted text-sm">{t('tune.wear')}</p>
        {wish ? (
          <div className="grid gap-2">
            <Banner tone="warn" live="off">
              {t('tune.modeWanted')}
            </Banner>
            <WishLine
              miner={miner}
              field="mode"
              wish={wish}
              value={modeName(wish.value)}
              backTo={wish.goes_back_to ? modeName(wish.goes_back_to) : undefined}
            />
          </div>
        ) : null}
        <FormError>{send.error && !asking ? <ProblemWords error={send.error} /> : null}</FormError>
        <div className="grid gap-4 sm:grid-cols-2">
          {can('frequency') ? <TuningNumber miner={miner} field="frequency" modes={modes.data} /> : null}
          {can('voltage') ? <TuningNumber miner={miner} field="voltage" modes={modes.data} /> : null}
        </div>
        {can('fanPct') || can('target') ? <FanFields miner={miner} /> : null}
        {above && !miner.may_overclock ? <Banner tone="warn">{t('tune.markFirst')}</Banner> : null}
        <FormActions>
          <Button type="submit" look="primary" busy={send.isPending} disabledReason={why}>
            {t('tune.submit')}
          </Button>
        </FormActions>
      </form>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={t('tune.ask.title', { name: miner.name })}
        text={t('tune.ask.text')}
        action={t('tune.ask.action')}
        look="danger"
        busy={send.isPending}
        onConfirm={go}
      >
        {send.error ? (
          <FormError>
            <ProblemWords error={send.error} />
          </FormError>
        ) : null}
      </Confirm>
    </FormProvider>
  )
}
