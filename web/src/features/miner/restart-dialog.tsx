import type { Miner } from '@/api/generated/types.gen.ts'
import { useRestart } from '@/entities/miner/commands.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { Confirm } from '@/ui/dialog.tsx'
import { FormError } from '@/ui/form.tsx'
import { ProblemWords } from './problem-words.tsx'
import { useSentSomething } from './queries.ts'

/** Asks once; what came of it is told on the page. */
export function RestartDialog({ miner, onClose }: { miner: Miner; onClose: () => void }) {
  const { t } = useTranslation('miner')
  const restart = useRestart(miner.id)
  const sent = useSentSomething()
  return (
    <Confirm
      open
      onOpenChange={onClose}
      title={t('restart.title', { name: miner.name })}
      text={t('restart.text')}
      action={t('do.restart')}
      busy={restart.isPending}
      onConfirm={() =>
        restart.mutate(undefined, {
          onSuccess: () => {
            sent()
            onClose()
          },
        })
      }
    >
      {restart.error ? (
        <FormError>
          <ProblemWords error={restart.error} />
        </FormError>
      ) : null}
    </Confirm>
  )
}
