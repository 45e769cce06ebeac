import { useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import type { Miner } from '@/api/generated/types.gen.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { Button } from '@/ui/button.tsx'
import { Checkbox, RadioCards } from '@/ui/choice.tsx'
import { Dialog } from '@/ui/dialog.tsx'
import { FormError } from '@/ui/form.tsx'
import { useToast } from '@/ui/toast.tsx'
import { ProblemWords } from './problem-words.tsx'
import { type LeaveAs, useForgetMiner, useRemoveMiner } from './queries.ts'

const WAYS: readonly LeaveAs[] = ['leave', 'standard', 'as_found']

/** Asks how the device is to be left, and whether its history goes too. */
export function RemoveDialog({ miner, onClose }: { miner: Miner; onClose: () => void }) {
  const { t } = useTranslation('miner')
  const [leave, setLeave] = useState<LeaveAs>('leave')
  const [forget, setForget] = useState(false)
  const remove = useRemoveMiner(miner.id)
  const gone = useForgetMiner()
  const router = useRouter()
  const toast = useToast()
  const press = () =>
    remove.mutate(
      { leave, history: forget ? 'delete' : 'keep' },
      {
        onSuccess: async () => {
          // Loaded first, so that nobody sees this page without its miner on the way.
          await router.preloadRoute({ to: '/miners' })
          gone(miner.id)
          await router.navigate({ to: '/miners' })
          toast.success(t('done.removed', { name: miner.name }))
        },
      },
    )
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t('remove.title', { name: miner.name })}
      description={t('remove.text')}
      footer={
        <>
          <Button data-autofocus onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button look="danger" busy={remove.isPending} onClick={press}>
            {t(forget ? 'remove.withHistory' : 'do.remove')}
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        <FormError>{remove.error ? <ProblemWords error={remove.error} /> : null}</FormError>
        <RadioCards
          legend={t('remove.leaveAs')}
          name="leave-as"
          value={leave}
          onValueChange={setLeave}
          options={WAYS.map((value) => ({
            value,
            label: t(`remove.${value}.label`),
            hint: t(`remove.${value}.hint`),
          }))}
        />
        <Checkbox
          label={t('remove.history.label')}
          hint={t('remove.history.hint')}
          checked={forget}
          onChange={(event) => setForget(event.target.checked)}
        />
      </div>
    </Dialog>
  )
}
