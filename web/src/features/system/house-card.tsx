import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { getHouseOptions } from '@/api/generated/@tanstack/react-query.gen.ts'
import { asProblem } from '@/api/problem.ts'
import { useMay } from '@/entities/person/me.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { Button, LinkButton } from '@/ui/button.tsx'
import { Card } from '@/ui/card.tsx'
import { ErrorState, Loading } from '@/ui/state.tsx'

/** Where the house is: what times, money and the search for miners go by. */
export function HouseCard() {
  const { t } = useTranslation('system')
  const admin = useMay('admin')
  const { data, error, isPending, refetch } = useQuery(getHouseOptions())
  const rows = data && [
    [t('house.zone'), data.time_zone.replaceAll('_', ' ')],
    [t('house.currency'), data.currency],
    [t('house.region'), data.tariff_region ?? t('house.noRegion')],
    [t('house.ranges'), data.home_ranges.length > 0 ? data.home_ranges.join(', ') : t('house.ownRanges')],
  ]
  return (
    <Card
      title={t('house.title')}
      aside={
        admin ? (
          <LinkButton size="sm">
            <Link to="/welcome">{t('house.change')}</Link>
          </LinkButton>
        ) : null
      }
    >
      {isPending ? <Loading rows={4} rowHeight={28} /> : null}
      {error && !data ? (
        <ErrorState
          title={t('house.error')}
          detail={asProblem(error).detail}
          action={<Button onClick={() => void refetch()}>{t('again')}</Button>}
        />
      ) : null}
      <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2 text-base">
        {rows?.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{name}</dt>
            <dd className="min-w-0 break-words text-right">{value}</dd>
          </div>
        ))}
      </dl>
    </Card>
  )
}
