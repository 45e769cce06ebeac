import { useTranslation } from '@/lib/i18n.ts'
import { Confirm } from '@/ui/dialog.tsx'
import { FormError } from '@/ui/form.tsx'
import { useToast } from '@/ui/toast.tsx'
import { useSwitchMode } from './use-switch-mode.ts'

/** *Hands off*: one question, then PAUSED. */
export function HandsOffDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('shell')
  const { switchTo, busy, problem } = useSwitchMode()
  const toast = useToast()
  const confirm = () =>
    switchTo('paused', {
      onSuccess: () => {
        toast.success(t('mode.paused.done'))
        onClose()
      },
    })
  return (
    <Confirm
      open
      onOpenChange={onClose}
      title={t('handsOff.title')}
      text={t('handsOff.text')}
      action={t('handsOff.action')}
      busy={busy}
      onConfirm={confirm}
    >
      {problem ? <FormError>{problem.detail}</FormError> : null}
    </Confirm>
  )
}
