import type { Command } from '@/api/generated/types.gen.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { CommandPill } from './command-pill.tsx'

/** A command's outcome in a sentence, with the device's own words where it said any. Read out as it changes. */
export function CommandNote({ command }: { command: Command }) {
  const { t } = useTranslation('miner-words')
  return (
    <output className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm">
      <CommandPill state={command.state} />
      <span>
        {t(`command.said.${command.state}`)}
        {command.state === 'refused' || command.state === 'failed' ? ` ${command.reason}` : null}
      </span>
      {command.reply ? (
        <span className="text-muted">{t('command.reply', { words: command.reply })}</span>
      ) : null}
    </output>
  )
}
