import { idSchema } from '../../shared/domain/common.ts'
import { recipeNameSchema, stepIdSchema } from '../../shared/domain/recipe.ts'
import { topicNameSchema } from '../../shared/domain/topic.ts'
import { changesAddress, changesAt, type ChangesScreen } from './changes-address.ts'
import { activePane, mostPanes, onePane, type Pane, type Panes } from './panes.ts'

/** What fills the window beside the sidebar. */
export type Screen =
  | { name: 'start' }
  /** `id` and `messageId` are those of the active pane. */
  | ({
      name: 'conversation'
      /** All conversations side by side, the active one too; absent: it stands alone. */ panes?: Panes
    } & Pane)
  | ChangesScreen
  | { name: 'instance'; id: string }
  /** A conversation that begins with its first message. */
  | { name: 'new' }
  | { name: 'metrics' }
  /** What a run can be made from. `recipe`: its form. */
  | { name: 'new-run'; recipe?: string }
  /** A recipe's text, by its name; null: a new one. */
  | { name: 'recipe'; recipe: string | null }
  | { name: 'runs' }
  /** `step`: the one that is looked at. */
  | { name: 'run'; id: string; step?: string }
  /** An address that stands for no screen. */
  | { name: 'nowhere'; address: string }
  | { name: 'needs-you' }
  | { name: 'library' }
  | { name: 'pool' }
  /** `id`: the trigger to be shown. */
  | { name: 'triggers'; id?: string }
  /** `id`: the name of the topic to be shown. */
  | { name: 'topics'; id?: string }
  /** `id`: the rule to be shown. */
  | { name: 'rules'; id?: string }
  /** Servers & profiles, by what is shown of them. */
  | { name: 'profiles' }
  | { name: 'servers' }
  | { name: 'secrets' }
  | { name: 'search' }
  | { name: 'settings' }
  | { name: 'vault' }

/** The part of the page's address that stands for a screen, so that a reload and the browser's own buttons keep it. */
export function addressOf(screen: Screen): string {
  if (screen.name === 'start') return ''
  if (screen.name === 'nowhere') return screen.address
  if (screen.name === 'changes') return changesAddress(screen)
  if (screen.name === 'new-run') return screen.recipe === undefined ? '#/runs/new' : `#/runs/new/${screen.recipe}`
  if (screen.name === 'recipe') return screen.recipe === null ? '#/recipe' : `#/recipe/${screen.recipe}`
  if (screen.name === 'run') return `#/run/${screen.id}${screen.step === undefined ? '' : `/${screen.step}`}`
  if (screen.name === 'conversation') {
    const { items, active } = panesOf(screen)
    return items.length > 1 ? `#/panes/${active + 1}/${items.map(wordOf).join('/')}` : `#/conversation/${wordOf(screen).replace('~', '/')}`
  }
  return 'id' in screen && screen.id !== undefined ? `#/${screen.name}/${screen.id}` : `#/${screen.name}`
}

/** The panes of a conversation's screen: one where it stands alone. */
export function panesOf(screen: Screen & { name: 'conversation' }): Panes {
  const { id, messageId } = screen
  return screen.panes ?? onePane({ id, ...(messageId === undefined ? {} : { messageId }) })
}

/** The screen of panes. */
export function screenOf(panes: Panes): Screen {
  const pane = activePane(panes)
  if (!pane) return { name: 'start' }
  return { name: 'conversation', ...pane, ...(panes.items.length > 1 ? { panes } : {}) }
}

/** The start's own, for a window that is not to begin with what was shown last. */
export const startAddress = '#/start'

/** The screens that are there once. */
const plain: readonly Screen[] = [
  { name: 'start' },
  { name: 'new' },
  { name: 'needs-you' },
  { name: 'library' },
  { name: 'runs' },
  { name: 'pool' },
  { name: 'triggers' },
  { name: 'topics' },
  { name: 'rules' },
  { name: 'profiles' },
  { name: 'servers' },
  { name: 'secrets' },
  { name: 'search' },
  { name: 'vault' },
  { name: 'metrics' },
  { name: 'settings' },
]

/** The screen of an address; null when it names none. */
export function screenAt(address: string): Screen | null {
  if (address.startsWith('#/changes/')) return changesAt(address)
  const [start, name, id, messageId, ...rest] = address.split('/')
  if (start !== '#') return null
  if (name === 'panes') return panesAt(address.split('/').slice(2))
  if (rest.length > 0) return null
  if ((name === 'runs' && id === 'new') || name === 'recipe') return recipeAt(name, name === 'recipe' ? [id, messageId] : [messageId])
  if (id === undefined) return plain.find((screen) => screen.name === name) ?? null
  if (name === 'topics') return messageId === undefined && topicNameSchema.safeParse(id).success ? { name, id } : null
  if (!idSchema.safeParse(id).success) return null
  if (name === 'run') return runAt(id, messageId)
  if (messageId !== undefined) return name === 'conversation' && messagePattern.test(messageId) ? { name, id, messageId } : null
  return name === 'conversation' || name === 'instance' || name === 'rules' || name === 'triggers' ? { name, id } : null
}

/** The same for an address that somebody has entered or followed: one that names no screen is told so. Null for none at all. */
export function screenEntered(address: string): Screen | null {
  return screenAt(address) ?? (address.startsWith('#/') && address.length > 2 ? { name: 'nowhere', address } : null)
}

function recipeAt(name: 'runs' | 'recipe', [recipe, ...rest]: readonly (string | undefined)[]): Screen | null {
  if (rest.some((part) => part !== undefined)) return null
  if (recipe === undefined) return name === 'recipe' ? { name, recipe: null } : { name: 'new-run' }
  if (!recipeNameSchema.safeParse(recipe).success) return null
  return name === 'recipe' ? { name, recipe } : { name: 'new-run', recipe }
}

function runAt(id: string, step: string | undefined): Screen | null {
  if (step === undefined) return { name: 'run', id }
  return stepIdSchema.safeParse(step).success ? { name: 'run', id, step } : null
}

const messagePattern = /^[\w-]{1,80}$/

function wordOf({ id, messageId }: Pane): string {
  return messageId === undefined ? id : `${id}~${messageId}`
}

/** `<number of the active one>/<id>/<id>~<message>`: two to four, none of them twice. */
function panesAt([number = '', ...words]: readonly string[]): Screen | null {
  const items = words.map(paneAt).filter((pane) => pane !== null)
  const isWhole = items.length === words.length && new Set(items.map(({ id }) => id)).size === items.length
  if (!isWhole || items.length < 2 || items.length > mostPanes || !/^[1-4]$/.test(number) || Number(number) > items.length) return null
  return screenOf({ items, active: Number(number) - 1 })
}

function paneAt(word: string): Pane | null {
  const [id = '', messageId, ...rest] = word.split('~')
  if (rest.length > 0 || !idSchema.safeParse(id).success) return null
  if (messageId === undefined) return { id }
  return messagePattern.test(messageId) ? { id, messageId } : null
}
