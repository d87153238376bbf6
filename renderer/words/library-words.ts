import type { LibraryGroup, LibraryItem, LibraryState } from '../../shared/domain/library.ts'
import { formatBytes, formatCost, plural, shortPath } from './figures.ts'

/** The last part of a folder's path, which tells most. */
export function folderName(folder: string | null): string {
  if (folder === null) return ''
  return folder.split(/[\\/]/).findLast((part) => part !== '') ?? folder
}

/** Under the title: how much it is, and what was put on it. */
export function itemWords({ messageCount, bytes, tags, forkedFrom }: LibraryItem): string {
  return [plural(messageCount, 'message'), formatBytes(bytes), forkedFrom === null ? null : 'a fork', ...tags.map((tag) => `#${tag}`)]
    .filter((part) => part !== null)
    .join(' · ')
}

/** Who has it, or where it lies. */
export function ownerWords(item: LibraryItem, nameOf: (instanceId: string) => string | undefined): string {
  if (item.state === 'claude') return 'Claude Code'
  if (item.state === 'archived') return 'archived'
  if (item.state === 'trash') return 'trash'
  return item.instanceId === null ? '' : (nameOf(item.instanceId) ?? '')
}

export function costWords(costUsd: number | null): string {
  return costUsd === null ? '' : formatCost(costUsd)
}

// Made once: a formatter costs more than all that a row says.
const time = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' })
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' })
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'short' })
const dayAndYear = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' })
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

/** `Today`, `Yesterday`, `Tue 4 Nov`, `4 Nov 2024`: the head of a day. */
export function dayWords(key: string, now = new Date()): string {
  const date = new Date(`${key}T00:00:00`)
  const days = daysBetween(date, now)
  if (days === 0) return 'Today'
  if (days === 1) return 'Yesterday'
  return (date.getFullYear() === now.getFullYear() ? weekday : dayAndYear).format(date)
}

/** `today 10:42`, `yesterday`, `4 Nov`, `4 Nov 2024`. */
export function whenWords(at: string, now = new Date()): string {
  const date = new Date(at)
  const days = daysBetween(date, now)
  if (days === 0) return `today ${time.format(date)}`
  if (days === 1) return 'yesterday'
  return (date.getFullYear() === now.getFullYear() ? day : dayAndYear).format(date)
}

/** Day and time, to the minute. */
export function exactWords(at: string): string {
  return whole.format(new Date(at))
}

function daysBetween(date: Date, now: Date): number {
  return Math.round((new Date(now).setHours(0, 0, 0, 0) - new Date(date).setHours(0, 0, 0, 0)) / 86_400_000)
}

export function groupWords(group: LibraryGroup, key: string, home: string | null): string {
  if (group === 'day') return dayWords(key)
  return key === '' ? 'No folder yet' : shortPath(key, { home })
}

export const stateWords: Record<LibraryState | 'all', string> = {
  all: 'Any state',
  active: 'Active',
  archived: 'Archived',
  claude: 'From Claude Code',
  trash: 'Trash',
}
