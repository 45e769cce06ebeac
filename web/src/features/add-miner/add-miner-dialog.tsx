import { zodResolver } from '@hookform/resolvers/zod'
import { useState } from 'react'
import { FormProvider, useForm } from 'react-hook-form'
import type { InspectedMiner } from '@/api/generated/types.gen.ts'
import { asProblem, fieldDetail, type Problem, problemSlug } from '@/api/problem.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { Button } from '@/ui/button.tsx'
import { Dialog } from '@/ui/dialog.tsx'
import { Steps } from '@/ui/steps.tsx'
import { DoneStep } from './done-step.tsx'
import { FindStep } from './find-step.tsx'
import { type AddForm, addForm, isDeviceProblem, toQuestion } from './model.ts'
import { NameStep } from './name-step.tsx'
import { useAdd } from './use-add.ts'
import { useInspect } from './use-inspect.ts'

const FORM = 'add-miner'
const STEPS = ['find', 'name', 'done'] as const
const EMPTY: AddForm = { address: '', port: '', name: '', tags: '' }
const FIELDS = ['address', 'port', 'name', 'tags'] as const

/** One more miner: where it is, what it turns out to be, and how it is called. */
export function AddMinerDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('add-miner')
  const [found, setFound] = useState<InspectedMiner>()
  const [problem, setProblem] = useState<Problem>()
  const form = useForm<AddForm>({ resolver: zodResolver(addForm), mode: 'onTouched', defaultValues: EMPTY })
  const inspect = useInspect()
  const add = useAdd()
  const miner = add.data
  const step = miner ? 'done' : found ? 'name' : 'find'

  const refused = (error: unknown) => {
    const why = asProblem(error)
    const wrong = FIELDS.filter((field) => fieldDetail(why, field))
    for (const field of wrong) {
      form.setError(field, { type: 'server', message: fieldDetail(why, field) ?? '' })
    }
    // What is wrong with the device and not with the words leads back to the address.
    if (isDeviceProblem(problemSlug(why)) || wrong.includes('address') || wrong.includes('port')) {
      setFound(undefined)
    }
    setProblem(wrong.length > 0 ? undefined : why)
  }
  const ask = async () => {
    setProblem(undefined)
    if (!(await form.trigger(['address', 'port'], { shouldFocus: true }))) {
      return
    }
    inspect.mutate(toQuestion(form.getValues()), {
      onSuccess: (answer) => {
        if (answer.known_miner_id === null) {
          form.setValue('name', answer.name_suggestion)
          setFound(answer)
        }
      },
      onError: refused,
    })
  }
  const name = form.handleSubmit((values) => {
    setProblem(undefined)
    if (found) {
      add.mutate({ form: values, found }, { onError: refused })
    }
  })
  const begin = () => {
    setFound(undefined)
    setProblem(undefined)
    inspect.reset()
  }
  const again = () => {
    form.reset(EMPTY)
    add.reset()
    begin()
  }

  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t('title')}
      description={t('lead')}
      footer={
        miner ? (
          <>
            <Button onClick={again}>{t('another')}</Button>
            <Button look="primary" onClick={onClose}>
              {t('close')}
            </Button>
          </>
        ) : (
          <>
            {step === 'name' ? <Button onClick={begin}>{t('back')}</Button> : null}
            <Button type="submit" form={FORM} look="primary" busy={inspect.isPending || add.isPending}>
              {t(inspect.isPending ? 'asking' : `${step}.action`)}
            </Button>
          </>
        )
      }
    >
      <div className="grid gap-5">
        <Steps steps={STEPS.map((one) => t(`steps.${one}`))} current={STEPS.indexOf(step)} />
        {miner ? (
          <DoneStep miner={miner} onLeave={onClose} />
        ) : (
          <FormProvider {...form}>
            <form
              id={FORM}
              noValidate
              onSubmit={(event) => {
                event.preventDefault()
                void (found ? name() : ask())
              }}
            >
              {found ? (
                <NameStep found={found} problem={problem} />
              ) : (
                <FindStep problem={problem} known={inspect.data?.known_miner_id ?? null} onLeave={onClose} />
              )}
            </form>
          </FormProvider>
        )}
      </div>
    </Dialog>
  )
}
