import { useQuery } from '@tanstack/react-query'
import { listPluginsOptions } from '@/api/generated/@tanstack/react-query.gen.ts'
import { asProblem } from '@/api/problem.ts'
import { Only } from '@/entities/person/only.tsx'
import { useTranslation } from '@/lib/i18n.ts'
import { usePageTitle } from '@/lib/page-title.ts'
import { Button } from '@/ui/button.tsx'
import { Card } from '@/ui/card.tsx'
import { Code } from '@/ui/code.tsx'
import { ErrorState, Loading } from '@/ui/state.tsx'
import { FilesCard } from './files-card.tsx'

/** Whoever writes a driver saves it and looks here. */
const AGAIN_MS = 5_000

/** Drivers from files: what is used, what is wrong, and what to start from. */
export function PlugInsPage() {
  const { t } = useTranslation('plug-ins')
  usePageTitle(t('title'))
  return (
    <Only least="admin" title={t('title')}>
      <PlugIns />
    </Only>
  )
}

function PlugIns() {
  const { t } = useTranslation('plug-ins')
  const { data, error, refetch, isFetching } = useQuery({
    ...listPluginsOptions(),
    refetchInterval: AGAIN_MS,
  })
  return (
    <div className="grid grid-cols-1 gap-4">
      <div>
        <h1 className="font-semibold text-xl">{t('title')}</h1>
        <p className="max-w-prose text-muted">{t('about')}</p>
      </div>
      {data ? (
        <>
          <FilesCard plugins={data} />
          {data.examples.map((example) => (
            <Card key={example.name} title={t('examples.title')}>
              <p className="mb-3 text-muted">{t('examples.about')}</p>
              <Code text={example.text} label={t('examples.label', { name: example.name })} />
            </Card>
          ))}
        </>
      ) : null}
      {!data && error ? (
        <Card>
          <ErrorState
            title={t('error')}
            detail={asProblem(error).detail}
            action={
              <Button busy={isFetching} onClick={() => void refetch()}>
                {t('again')}
              </Button>
            }
          />
        </Card>
      ) : null}
      {data || error ? null : (
        <Card>
          <Loading rows={8} />
        </Card>
      )}
    </div>
  )
}
