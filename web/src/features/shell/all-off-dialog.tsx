import { useMutation } from '@tanstack/react-query'
import { allOff, putMode } from '@/api/generated/sdk.gen.ts'
import { asProblem } from '@/api/problem.ts'
import { useFleet } from '@/entities/miner/queries.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { newKey } from '@/lib/key.ts'
import { useHouseNow } from '@/live/house-now.ts'
import { Confirm } from '@/ui/dialog.tsx'
import { FormError } from '@/ui/form.tsx'
import { reachOf } from './all-off.ts'
import { AllOffOutcome } from './all-off-outcome.tsx'

const once = () => ({ headers: { 'Idempotency-Key': newKey() }, throwOnError: true as const })

/** *All off now*: one question, then what became of each miner. */
export function AllOffDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('shell')
  const { data: fleet } = useFleet()
  const paused = useHouseNow()?.mode === 'paused'
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: async () => {
      if (paused) {
        // PAUSED sends nothing at all; in DRY-RUN what a person asks for is sent, and nothing else begins.
        await putMode({ body: { mode: 'dry_run' }, ...once() })
      }
      return (await allOff(once())).data.items
    },
  })
  if (data) {
    return <AllOffOutcome answers={data} onClose={onClose} />
  }
  const reach = fleet && reachOf(fleet.miners)
  return (
    <Confirm
      open
      onOpenChange={onClose}
      title={t('allOff.title')}
      text={t(paused ? 'allOff.textPaused' : 'allOff.text')}
      action={t('allOff.action')}
      look="danger"
      busy={isPending}
      onConfirm={mutate}
    >
      <div className="grid gap-2">
        {error ? <FormError>{asProblem(error).detail}</FormError> : null}
        {reach ? (
          <ul className="list-disc pl-5">
            <li>{t('allOff.told', { count: reach.told })}</li>
            {reach.lowest > 0 ? <li>{t('allOff.lowest', { count: reach.lowest })}</li> : null}
            {reach.disabled > 0 ? <li>{t('allOff.disabled', { count: reach.disabled })}</li> : null}
          </ul>
        ) : null}
      </div>
    </Confirm>
  )
}
