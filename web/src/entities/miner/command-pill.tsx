import {
  CircleCheck,
  CircleDashed,
  CircleHelp,
  CircleSlash,
  CircleX,
  CornerDownRight,
  Send,
} from 'lucide-react'
import type { Command, CommandState } from '@/api/generated/types.gen.ts'
import { useTranslation } from '@/lib/i18n.ts'
import type { Icon } from '@/ui/icon.ts'
import { Pill, type PillTone } from '@/ui/pill.tsx'

const LOOKS: Record<CommandState, { tone: PillTone; icon: Icon }> = {
  planned: { tone: 'accent', icon: CircleDashed },
  sent: { tone: 'accent', icon: Send },
  confirmed: { tone: 'good', icon: CircleCheck },
  unconfirmed: { tone: 'warn', icon: CircleHelp },
  failed: { tone: 'bad', icon: CircleX },
  refused: { tone: 'warn', icon: CircleSlash },
  superseded: { tone: 'neutral', icon: CornerDownRight },
}

/** How far a command has come. */
export function CommandPill({ state }: { state: CommandState }) {
  const { t } = useTranslation('miner-words')
  const { tone, icon } = LOOKS[state]
  return (
    <Pill tone={tone} icon={icon}>
      {t(`command.state.${state}`)}
    </Pill>
  )
}

/** What was asked, in words: "Set mode to Eco", "Restart". */
export function useCommandWords(): (command: Pick<Command, 'kind' | 'value'>) => string {
  const { t } = useTranslation('miner-words')
  return ({ kind, value }) => {
    if (value === null) {
      return t(`command.kind.${kind}`)
    }
    const word = kind === 'set_mode' ? t(`mode.${value}`, { defaultValue: value }) : value
    return t(`command.kindTo.${kind}`, { value: word, defaultValue: t(`command.kind.${kind}`) })
  }
}
