import type { Miner, MinerChange } from '@/api/generated/types.gen.ts'

/** What an administrator may change of a miner, as a form holds it. */
export interface SettingsFields {
  name: string
  address: string
  port: string
  /** With commas between. */
  tags: string
  overclock: boolean
}

export function fieldsOf({ name, address, port, tags, may_overclock }: Miner): SettingsFields {
  return { name, address, port: String(port), tags: tags.join(', '), overclock: may_overclock }
}

export function tagsOf(text: string): string[] {
  const tags = text.split(',').map((tag) => tag.trim())
  return [...new Set(tags.filter((tag) => tag !== ''))]
}

const LONGEST = 64
const TAGS_MOST = 32
const PORT_MOST = 65_535
/** A host name or an IP address: what follows a scheme, and nothing more. */
const ADDRESS = /^(?:[\w][\w-]*(?:\.[\w][\w-]*)*|[\da-f]*:[\da-f:.]*)$/i

export type SettingsFault =
  | 'settings.nameWrong'
  | 'settings.addressWrong'
  | 'settings.portWrong'
  | 'settings.tagsLong'
  | 'settings.tagsMany'

/** What is wrong with a field, as a key of the texts. The manager has the last word. */
export function settingsFault(
  field: keyof SettingsFields,
  fields: SettingsFields,
): SettingsFault | undefined {
  switch (field) {
    case 'name': {
      const name = fields.name.trim()
      return name === '' || name.length > LONGEST ? 'settings.nameWrong' : undefined
    }
    case 'address':
      return ADDRESS.test(fields.address.trim()) ? undefined : 'settings.addressWrong'
    case 'port': {
      const port = Number(fields.port)
      const right = Number.isInteger(port) && port >= 1 && port <= PORT_MOST
      return right ? undefined : 'settings.portWrong'
    }
    case 'tags': {
      const tags = tagsOf(fields.tags)
      if (tags.some((tag) => tag.length > LONGEST)) {
        return 'settings.tagsLong'
      }
      return tags.length > TAGS_MOST ? 'settings.tagsMany' : undefined
    }
    case 'overclock':
      return undefined
    default:
      return field satisfies never
  }
}

/** Only what is different: what is not sent stays, whoever changes it meanwhile. */
export function changesOf(miner: Miner, fields: SettingsFields): MinerChange {
  const name = fields.name.trim()
  const address = fields.address.trim()
  const port = Number(fields.port)
  const tags = tagsOf(fields.tags)
  return {
    ...(name === miner.name ? {} : { name }),
    ...(address === miner.address ? {} : { address }),
    ...(port === miner.port ? {} : { port }),
    ...(tags.join('\n') === miner.tags.join('\n') ? {} : { tags }),
    ...(fields.overclock === miner.may_overclock ? {} : { may_overclock: fields.overclock }),
  }
}
