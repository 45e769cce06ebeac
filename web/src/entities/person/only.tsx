import { LockKeyhole } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Role } from '@/api/generated/types.gen.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { Card } from '@/ui/card.tsx'
import { Empty } from '@/ui/state.tsx'
import { useMay } from './me.ts'

interface Props {
  /** Whoever is below this would be refused by the manager. */
  least: Role
  title: string
  children: ReactNode
}

/** A page that not everybody may read: whoever opens its address all the same is told so, and nothing is asked for. */
export function Only({ least, title, children }: Props) {
  const { t } = useTranslation('person')
  if (useMay(least)) {
    return children
  }
  return (
    <>
      <h1 className="mb-4 font-semibold text-xl">{title}</h1>
      <Card>
        <Empty icon={LockKeyhole} title={t(`only.${least}`)} reason={t('only.hint')} />
      </Card>
    </>
  )
}
