import type { KeptReason, Rewind, RewindAction } from '../../shared/domain/rewind.ts'
import { plural } from './figures.ts'

/** What happens to a file. */
export const actionWords: Readonly<Record<RewindAction, string>> = {
  create: 'Restored',
  change: 'Changed',
  delete: 'Deleted',
  mode: 'Permission changed',
}

/** Why a file stays as it is. */
export const keptWords: Readonly<Record<KeptReason, string>> = {
  'changed-since': 'Changed by you or someone else',
  'changed-meanwhile': 'Changed just now',
  ignored: 'Ignored by git',
  outside: 'Outside this folder',
  large: 'Too large for snapshots',
  repository: 'Another repository',
  special: 'Not a regular file',
  reserved: 'Name reserved by git',
  unreadable: 'Can’t be read',
  'in-the-way': 'Something else is in its place',
  'read-only': 'Can’t be written',
}

/** What was done, in one sentence. */
export function doneWords({ kind, what, fileCount, keptCount, messages }: Rewind): string {
  const files = fileCount === 0 ? 'no files changed' : `${plural(fileCount, 'file')} changed`
  const kept = keptCount === 0 ? '' : `, ${plural(keptCount, 'file')} left as ${keptCount === 1 ? 'it is' : 'they are'}`
  const begin = kind === 'undo' ? 'Rewind undone' : 'Rewound'
  if (what === 'conversation') return `${begin}: ${plural(messages, 'message')} ${kind === 'undo' ? 'back' : 'removed'}.`
  return `${begin}: ${files}${kept}.`
}
