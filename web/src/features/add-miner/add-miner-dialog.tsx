import { zodResolver } from '@hookform/resolvers/zod'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { FormProvider, useForm } from 'react-hook-form'
import { addMiner } from '@/api/generated/sdk.gen.ts'
import type { Miner } from '@/api/generated/types.gen.ts'
import { asProblem, fieldDetail, type Problem, problemSlug } from '@/api/problem.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { newKey } from '@/lib/key.ts'
import { fleetOptions, withMiners } from '@/live/fleet.ts'
import { Button } from '@/ui/button.tsx'
import { Dialog } from '@/ui/dialog.tsx'
import { Steps } from '@/ui/steps.tsx'
import { DoneStep } from './done-step.tsx'
import { FindStep } from './find-step.tsx'
import { type AddForm, addForm, asDeviceProblem, toRequest } from './model.ts'
import { NameStep } from './name-step.tsx'

const FORM = 'add-miner'
const STEPS = ['find', 'name', 'done'] as const
const EMPTY: AddForm = { address: '', port: '', name: '', tags: '' }
const FIELDS = ['address', 'port', 'name', 'tags'] as const

/** One more miner: where it is, how it is called, and what it turned out to be. */
export function AddMinerDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('add-miner')
  const cache = useQueryClient()
  const [step, setStep] = useState<'find' | 'name'>('find')
  const [problem, setProblem] = useState<Problem>()
  const form = useForm<AddForm>({ resolver: zodResolver(addForm), mode: 'onTouched', defaultValues: EMPTY })

  const { mutate, data, isPending, reset } = useMutation({
    mutationFn: async (values: AddForm): Promise<Miner> => {
      const headers = { 'Idempotency-Key': newKey() }
      return (await addMiner({ body: toRequest(values), headers, throwOnError: true })).data
    },
    onSuccess: (miner) =>
      cache.setQueryData(
        fleetOptions.queryKey,
        (fleet) => fleet && withMiners(fleet, [miner], [], Date.now()),
      ),
    onError: (error) => refused(asProblem(error)),
  })

  const refused = (why: Problem) => {
    const wrong = FIELDS.filter((field) => fieldDetail(why, field))
    for (const field of wrong) {
      form.setError(field, { type: 'server', message: fieldDetail(why, field) ?? '' })
    }
    const atAddress = asDeviceProblem(problemSlug(why)) || wrong.includes('address') || wrong.includes('port')
    setStep(atAddress ? 'find' : 'name')
    setProblem(wrong.length > 0 ? undefined : why)
  }
  const onward = async () => {
    setProblem(undefined)
    if (step === 'find') {
      if (await form.trigger(['address', 'port'], { shouldFocus: true })) {
        setStep('name')
      }
      return
    }
    await form.handleSubmit((values) => mutate(values))()
  }
  const again = () => {
    form.reset(EMPTY)
    setStep('find')
    reset()
  }

  const current = data ? 'done' : step
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t('title')}
      description={t('lead')}
      footer={
        data ? (
          <>
            <Button onClick={again}>{t('another')}</Button>
            <Button look="primary" onClick={onClose}>
              {t('close')}
            </Button>
          </>
        ) : (
          <>
            {step === 'name' ? <Button onClick={() => setStep('find')}>{t('back')}</Button> : null}
            <Button type="submit" form={FORM} look="primary" busy={isPending}>
              {t(isPending ? 'asking' : `${step}.action`)}
            </Button>
          </>
        )
      }
    >
      <div className="grid gap-5">
        <Steps steps={STEPS.map((name) => t(`steps.${name}`))} current={STEPS.indexOf(current)} />
        {data ? (
          <DoneStep miner={data} onLeave={onClose} />
        ) : (
          <FormProvider {...form}>
            <form
              id={FORM}
              noValidate
              onSubmit={(event) => {
                event.preventDefault()
                void onward()
              }}
            >
              {step === 'find' ? <FindStep problem={problem} /> : <NameStep problem={problem} />}
            </form>
          </FormProvider>
        )}
      </div>
    </Dialog>
  )
}
