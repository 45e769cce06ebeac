import { useTranslation } from '@/lib/i18n.ts'
import { Dialog } from '@/ui/dialog.tsx'
import { Pages } from './sidebar.tsx'

/** The pages, on a phone. */
export function Drawer({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('common')
  return (
    <Dialog open onOpenChange={onClose} title={t('product')} place="start">
      <Pages onChosen={onClose} />
    </Dialog>
  )
}
