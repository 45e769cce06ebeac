import { useState } from 'react'
import type { InspectedMiner, Miner } from '@/api/generated/types.gen.ts'
import type { Problem } from '@/api/problem.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { Button } from '@/ui/button.tsx'
import { Dialog } from '@/ui/dialog.tsx'
import { Steps } from '@/ui/steps.tsx'
import { DoneStep } from './done-step.tsx'
import { FindStep } from './find-step.tsx'
import type { FindForm } from './model.ts'
import { NameStep } from './name-step.tsx'

const FORM = 'add-miner'
const STEPS = ['find', 'name', 'done'] as const
const NOWHERE: FindForm = { address: '', port: '' }

/** One more miner: where it is, what it turns out to be, and how it is called. */
export function AddMinerDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('add-miner')
  const [place, setPlace] = useState(NOWHERE)
  const [found, setFound] = useState<InspectedMiner>()
  const [miner, setMiner] = useState<Miner>()
  /** Why it had to be asked for its address again. */
  const [trouble, setTrouble] = useState<Problem>()
  const [busy, setBusy] = useState(false)
  const step = miner ? 'done' : found ? 'name' : 'find'

  const back = (problem?: Problem) => {
    setFound(undefined)
    setTrouble(problem)
  }
  const again = () => {
    setPlace(NOWHERE)
    setMiner(undefined)
    back()
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
            {found ? <Button onClick={() => back()}>{t('back')}</Button> : null}
            <Button type="submit" form={FORM} look="primary" busy={busy}>
              {t(busy && !found ? 'asking' : `${step}.action`)}
            </Button>
          </>
        )
      }
    >
      <div className="grid grid-cols-1 gap-5">
        <Steps steps={STEPS.map((one) => t(`steps.${one}`))} current={STEPS.indexOf(step)} />
        {miner ? <DoneStep miner={miner} onLeave={onClose} /> : null}
        {found && !miner ? (
          <NameStep form={FORM} found={found} onBusy={setBusy} onBack={back} onDone={setMiner} />
        ) : null}
        {found ? null : (
          <FindStep
            form={FORM}
            place={place}
            trouble={trouble}
            onBusy={setBusy}
            onFound={(where, answer) => {
              setPlace(where)
              setFound(answer)
            }}
            onLeave={onClose}
          />
        )}
      </div>
    </Dialog>
  )
}
