import { useTranslation } from '@/lib/i18n.ts'
import { Dialog } from '@/ui/dialog.tsx'
import { Kbd } from '@/ui/kbd.tsx'
import { commandKey } from './use-hotkeys.ts'

/** Keys in a row are pressed together. */
const groups = () =>
  [
    {
      name: 'everywhere',
      keys: [
        { name: 'palette', keys: [commandKey(), 'K'] },
        { name: 'help', keys: ['?'] },
        { name: 'next', keys: ['Tab'] },
        { name: 'close', keys: ['Esc'] },
      ],
    },
    {
      name: 'charts',
      keys: [
        { name: 'move', keys: ['←', '→'] },
        { name: 'ends', keys: ['Home', 'End'] },
        { name: 'zoom', keys: ['+', '−', '0'] },
        { name: 'pan', keys: ['Shift', '←', '→'] },
        { name: 'leave', keys: ['Esc'] },
      ],
    },
  ] as const

/** Which keys do what. */
export function KeysDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('shell')
  return (
    <Dialog open onOpenChange={onClose} title={t('keys.title')} description={t('keys.lead')}>
      <div data-autofocus tabIndex={-1} className="grid gap-5 outline-none">
        {groups().map((group) => (
          <section key={group.name}>
            <h3 className="mb-1 font-semibold text-base">{t(`keys.${group.name}.title`)}</h3>
            <dl className="divide-y divide-line">
              {group.keys.map((line) => (
                <div key={line.name} className="flex min-h-9 items-center justify-between gap-4 py-1">
                  <dt>{t(`keys.${group.name}.${line.name}`)}</dt>
                  <dd className="flex shrink-0 gap-1">
                    {line.keys.map((key) => (
                      <Kbd key={key}>{key}</Kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}
