import { idSchema } from '../../shared/domain/common.ts'

/** What fills the window beside the sidebar. */
export type Screen =
  | { name: 'start' }
  | {
      name: 'conversation'
      id: string
      /** The message to be shown, by its id, its uuid in Claude's transcript, or the turn it begins. */ messageId?: string
    }
  | { name: 'instance'; id: string }
  /** A conversation that begins with its first message. */
  | { name: 'new' }
  | { name: 'metrics' }
  | { name: 'needs-you' }
  | { name: 'library' }
  | { name: 'pool' }
  /** `id`: the rule to be shown. */
  | { name: 'rules'; id?: string }
  | { name: 'search' }
  | { name: 'settings' }
  | { name: 'vault' }

/** The part of the page's address that stands for a screen, so that a reload and the browser's own buttons keep it. */
export function addressOf(screen: Screen): string {
  if (screen.name === 'start') return ''
  if (screen.name === 'conversation' && screen.messageId !== undefined) return `#/conversation/${screen.id}/${screen.messageId}`
  return 'id' in screen && screen.id !== undefined ? `#/${screen.name}/${screen.id}` : `#/${screen.name}`
}

/** The screens that are there once. */
const plain: readonly Screen[] = [
  { name: 'new' },
  { name: 'needs-you' },
  { name: 'library' },
  { name: 'pool' },
  { name: 'rules' },
  { name: 'search' },
  { name: 'vault' },
  { name: 'metrics' },
  { name: 'settings' },
]

/** The screen of an address; null when it names none. */
export function screenAt(address: string): Screen | null {
  const [start, name, id, messageId, ...rest] = address.split('/')
  if (start !== '#' || rest.length > 0) return null
  if (id === undefined) return plain.find((screen) => screen.name === name) ?? null
  if (!idSchema.safeParse(id).success) return null
  if (messageId !== undefined) return name === 'conversation' && /^[\w-]{1,80}$/.test(messageId) ? { name, id, messageId } : null
  return name === 'conversation' || name === 'instance' || name === 'rules' ? { name, id } : null
}
