import { useQuery } from '@tanstack/react-query'
import { ShieldCheck } from 'lucide-react'
import { getTlsOptions } from '@/api/generated/@tanstack/react-query.gen.ts'
import type { Tls } from '@/api/generated/types.gen.ts'
import { asProblem } from '@/api/problem.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { exactTime } from '@/lib/time.ts'
import { Button, LinkButton } from '@/ui/button.tsx'
import { Card } from '@/ui/card.tsx'
import { Code } from '@/ui/code.tsx'
import { Disclosure } from '@/ui/disclosure.tsx'
import { ErrorState, Loading } from '@/ui/state.tsx'

const AUTO = 'app:\n  tls: auto'
const PROXY = 'security:\n  trusted_proxies: [192.168.1.5]\n  allowed_hosts: [miners.example.org]'

/** The three ways to a page that browsers trust; the way that the manager goes already comes first. */
export function HttpsCard({ secure }: { secure: boolean }) {
  const { t } = useTranslation('install')
  const { data: tls, error, refetch, isFetching } = useQuery(getTlsOptions())
  return (
    <Card title={t('https.title')}>
      <div className="grid gap-4">
        <p>{t(secure ? 'https.secure' : 'https.why')}</p>
        {tls ? <Today tls={tls} /> : null}
        {!tls && error ? (
          <ErrorState
            title={t('https.error')}
            detail={asProblem(error).detail}
            action={
              <Button size="sm" busy={isFetching} onClick={() => void refetch()}>
                {t('https.retry')}
              </Button>
            }
          />
        ) : null}
        {tls || error ? null : <Loading rows={2} />}
        <div>
          {tls?.mode === 'off' ? <BuiltIn open={!secure} /> : null}
          <Disclosure summary={t('https.proxy.title')}>
            <div className="grid max-w-prose gap-3">
              <p>{t('https.proxy.text')}</p>
              <Code text={PROXY} label={t('https.proxy.lines')} />
            </div>
          </Disclosure>
          <Disclosure summary={t('https.local.title')}>
            <div className="grid max-w-prose gap-3">
              <p>{t('https.local.text')}</p>
              <Code text={tunnel()} label={t('https.local.command')} />
            </div>
          </Disclosure>
        </div>
      </div>
    </Card>
  )
}

/** What the manager does already. */
function Today({ tls }: { tls: Tls }) {
  const { t } = useTranslation('install')
  if (tls.mode === 'off') {
    return null
  }
  return (
    <div className="grid max-w-prose gap-3">
      <p>{t(`https.mode.${tls.mode}`)}</p>
      <dl className="grid gap-2 text-sm">
        {tls.ca_fingerprint_sha256 === null ? null : (
          <div>
            <dt className="text-muted">{t('https.fingerprint')}</dt>
            <dd className="break-all font-mono">{tls.ca_fingerprint_sha256}</dd>
          </div>
        )}
        <div>
          <dt className="text-muted">{t('https.names')}</dt>
          <dd className="break-words">{tls.names.length === 0 ? '–' : tls.names.join(', ')}</dd>
        </div>
        <div>
          <dt className="text-muted">{t('https.until')}</dt>
          <dd>{tls.not_after === null ? '–' : exactTime(tls.not_after)}</dd>
        </div>
      </dl>
      {tls.ca_page === null ? null : (
        <div>
          <LinkButton>
            {/* A page of the manager itself, not of this app. */}
            <a href={tls.ca_page}>
              <ShieldCheck size={16} aria-hidden />
              {t('https.trust')}
            </a>
          </LinkButton>
        </div>
      )}
    </div>
  )
}

function BuiltIn({ open }: { open: boolean }) {
  const { t } = useTranslation('install')
  return (
    <Disclosure summary={t('https.auto.title')} open={open}>
      <ol className="grid max-w-prose list-decimal gap-3 pl-5">
        <li>
          <p className="mb-2">{t('https.auto.write')}</p>
          <Code text={AUTO} label={t('https.auto.lines')} />
        </li>
        <li>{t('https.auto.restart')}</li>
        <li>
          {t('https.auto.open')}{' '}
          <code className="break-all font-mono text-sm">{`http://${window.location.host}/ca`}</code>
        </li>
        <li>{t('https.auto.compare')}</li>
        <li>
          {t('https.auto.back')}{' '}
          <code className="break-all font-mono text-sm">{`https://${window.location.host}`}</code>
        </li>
      </ol>
    </Disclosure>
  )
}

/** To this very manager, whatever its port. */
function tunnel(): string {
  const { hostname, port, protocol } = window.location
  const there = port || (protocol === 'https:' ? '443' : '80')
  return `ssh -L 8080:localhost:${there} ${hostname}`
}
