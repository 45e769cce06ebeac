import { useTranslation } from '@/lib/i18n.ts'
import { Code } from '@/ui/code.tsx'
import { Disclosure } from '@/ui/disclosure.tsx'
import { shellName } from './model.ts'

/** There is no mail to send a link to: whoever has the machine sets a new password there. */
export function LostPassword({ name }: { name: string }) {
  const { t } = useTranslation('sign-in')
  const command = `hmm user reset-password ${shellName(name)}`
  return (
    <Disclosure summary={t('lost.title')}>
      <div className="grid gap-2 text-sm">
        <p>{t('lost.admin')}</p>
        <p>{t('lost.machine')}</p>
        <p className="font-medium">{t('lost.inDocker')}</p>
        <Code text={`docker exec -it hmm ${command}`} label={t('lost.commandDocker')} />
        <p className="font-medium">{t('lost.onMachine')}</p>
        <Code text={command} label={t('lost.command')} />
        <p className="text-muted">{t('lost.code')}</p>
      </div>
    </Disclosure>
  )
}
