import type { Miner } from '@/api/generated/types.gen.ts'
import { useEnable } from '@/entities/miner/commands.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { Confirm } from '@/ui/dialog.tsx'
import { FormError } from '@/ui/form.tsx'
import { useToast } from '@/ui/toast.tsx'
import { ProblemWords } from './problem-words.tsx'

/** Says what it means to leave a miner alone. */
export function DisableDialog({ miner, onClose }: { miner: Miner; onClose: () => void }) {
  const { t } = useTranslation('miner')
  const enable = useEnable(miner.id)
  const toast = useToast()
  return (
    <Confirm
      open
      onOpenChange={onClose}
      title={t('disable.title', { name: miner.name })}
      text={t('disable.text')}
      action={t('do.disable')}
      busy={enable.isPending}
      onConfirm={() =>
        enable.mutate(false, {
          onSuccess: () => {
            toast.success(t('done.disabled', { name: miner.name }), { undo: () => enable.mutate(true) })
            onClose()
          },
        })
      }
    >
      {enable.error ? (
        <FormError>
          <ProblemWords error={enable.error} />
        </FormError>
      ) : null}
    </Confirm>
  )
}
