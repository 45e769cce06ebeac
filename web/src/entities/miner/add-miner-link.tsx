import { Link } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { useMay } from '@/entities/person/me.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { LinkButton } from '@/ui/button.tsx'

/** Opens the wizard that adds a miner, on whatever page it stands. Nothing for those who may not. */
export function AddMinerLink() {
  const { t } = useTranslation('miner-words')
  return useMay('admin') ? (
    <LinkButton look="primary">
      <Link to="." search={(before) => ({ ...before, add: 1 })}>
        <Plus size={16} aria-hidden className="shrink-0" />
        {t('add')}
      </Link>
    </LinkButton>
  ) : null
}
