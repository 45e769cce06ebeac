import { Link } from '@tanstack/react-router'
import { Radar } from 'lucide-react'
import { useMay } from '@/entities/person/me.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { LinkButton } from '@/ui/button.tsx'

/** Leads to where the network is searched for miners. Nothing for those who may not. */
export function FindMinersLink() {
  const { t } = useTranslation('miner-words')
  return useMay('admin') ? (
    <LinkButton>
      <Link to="/discovery">
        <Radar size={16} aria-hidden className="shrink-0" />
        {t('find')}
      </Link>
    </LinkButton>
  ) : null
}
