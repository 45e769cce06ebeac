import { useTranslation } from '@/lib/i18n.ts'

/** The heading above the miners of one tag. */
export function GroupWords({ tag, count }: { tag: string | null; count: number }) {
  const { t } = useTranslation('miners')
  return (
    <>
      {tag ?? t('noTag')} <span className="nums font-normal text-muted">{count}</span>
    </>
  )
}
