import type { Conversation } from '../../../shared/domain/conversation.ts'
import type { Instance } from '../../../shared/domain/instance.ts'
import { folderName } from './instance-form.ts'

/** A line of the list under a folder field. */
export type FolderChoice = {
  path: string
  label: string
  /** Where it is, when the label alone does not tell. */
  note: string | null
  kind: 'recent' | 'up' | 'inside'
}

export type FolderSources = {
  /** What the core found for `prefix`. */
  folders: readonly { path: string; name: string }[]
  prefix: string
  recent: readonly string[]
  separator: string
  /** Nothing was typed since the list was opened: what was used is offered whether it fits or not. */
  fresh: boolean
}

const mostRecent = 6

/** Folders that were worked in, the latest first. */
export function recentFolders(instances: Iterable<Instance>, conversations: Iterable<Conversation>): string[] {
  const used = [
    ...[...conversations].flatMap(({ cwd, updatedAt }) => (cwd === null ? [] : [{ cwd, at: updatedAt }])),
    ...[...instances].map(({ cwd, createdAt }) => ({ cwd, at: createdAt })),
  ].toSorted((a, b) => (a.at < b.at ? 1 : -1))
  return [...new Set(used.map(({ cwd }) => cwd))].slice(0, mostRecent)
}

/** Recent folders that fit what was typed, then the folder above, then the folders there. */
export function folderChoices({ folders, prefix, recent, separator, fresh }: FolderSources): FolderChoice[] {
  const typed = trimEnd(prefix.trim().toLowerCase())
  const above = parentOf(prefix, separator)
  const known = recent.filter((path) => path.toLowerCase() !== typed && (fresh || path.toLowerCase().includes(typed)))
  return [
    ...known.map((path) => ({ path, label: folderName(path) || path, note: parentOf(path, separator), kind: 'recent' as const })),
    ...(above === null ? [] : [{ path: above, label: above, note: 'parent folder', kind: 'up' as const }]),
    ...folders.map(({ path, name }) => ({ path, label: name, note: null, kind: 'inside' as const })),
  ]
}

/** The folder above the one that is looked into; null where there is none or it is not known. */
export function parentOf(prefix: string, separator: string): string | null {
  const folder = trimEnd(prefix.trim())
  const at = folder.lastIndexOf(separator)
  if (at < 0) return null
  return at === 0 ? (folder.length > 1 ? separator : null) : folder.slice(0, at)
}

/** The path with a separator behind it: what is asked for to see what is in it. */
export function inside(path: string, separator: string): string {
  return path === '' || path.endsWith('/') || path.endsWith(separator) ? path : `${path}${separator}`
}

function trimEnd(path: string): string {
  return path.replace(/(?<=.)[\\/]+$/, '')
}
