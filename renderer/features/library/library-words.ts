import type { LibraryGroup, LibraryItem, LibraryState } from '../../../shared/domain/library.ts'
import { formatBytes, formatCost, plural, shortPath } from '../conversations/figures.ts'

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

/** `today`, `yesterday`, `Tue 4 Nov`, `4 Nov 2024`: the head of a day. */
export function dayWords(day: string, now = new Date()): string {
  const date = new Date(`${day}T00:00:00`)
  const days = Math.round((new Date(now).setHours(0, 0, 0, 0) - date.getTime()) / 86_400_000)
  if (days === 0) return 'Today'
  if (days === 1) return 'Yesterday'
  const isThisYear = date.getFullYear() === now.getFullYear()
  return date.toLocaleDateString(
    undefined,
    isThisYear ? { weekday: 'short', day: 'numeric', month: 'short' } : { day: 'numeric', month: 'short', year: 'numeric' },
  )
}

/** `10:42` today, `yesterday`, `4 Nov`, `4 Nov 2024`. */
export function whenWords(time: string, now = new Date()): string {
  const date = new Date(time)
  const days = Math.round((new Date(now).setHours(0, 0, 0, 0) - new Date(date).setHours(0, 0, 0, 0)) / 86_400_000)
  if (days === 0) return `today ${date.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' })}`
  if (days === 1) return 'yesterday'
  const year = date.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' as const }
  return date.toLocaleDateString(undefined, { day: 'numeric', month: 'short', ...year })
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
