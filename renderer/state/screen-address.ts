import { idSchema } from '../../shared/domain/common.ts'

/** What fills the window beside the sidebar. */
export type Screen =
  | { name: 'start' }
  | { name: 'conversation'; id: string }
  | { name: 'instance'; id: string }
  | { name: 'metrics' }
  | { name: 'needs-you' }
  | { name: 'library' }
  | { name: 'pool' }
  | { name: 'settings' }

/** The part of the page's address that stands for a screen, so that a reload and the browser's own buttons keep it. */
export function addressOf(screen: Screen): string {
  if (screen.name === 'start') return ''
  return 'id' in screen ? `#/${screen.name}/${screen.id}` : `#/${screen.name}`
}

/** The screens that are there once. */
const plain: readonly Screen[] = [{ name: 'needs-you' }, { name: 'library' }, { name: 'pool' }, { name: 'metrics' }, { name: 'settings' }]

/** The screen of an address; null when it names none. */
export function screenAt(address: string): Screen | null {
  const [start, name, id, ...rest] = address.split('/')
  if (start !== '#' || rest.length > 0) return null
  if (id === undefined) return plain.find((screen) => screen.name === name) ?? null
  if (!idSchema.safeParse(id).success) return null
  return name === 'conversation' || name === 'instance' ? { name, id } : null
}
