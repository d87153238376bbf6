import { AppError } from '../../../shared/app-error.ts'
import type { Rewind } from '../../../shared/domain/rewind.ts'

const mostListed = 20

/** The line in the thread. */
export function lineOf(rewind: Rewind): string {
  const { kind, what } = rewind
  const files = filesWords(rewind)
  if (kind === 'take-back') return `Changes taken back. ${files}`
  const begin = kind === 'undo' ? 'Rewind undone.' : what === 'files' ? 'Files rewound.' : 'Rewound to here.'
  return what === 'conversation' ? begin : `${begin} ${files}`
}

function filesWords({ fileCount, keptCount }: Rewind): string {
  const changed = fileCount === 0 ? 'No files changed' : `${countOf(fileCount)} changed`
  return keptCount === 0
    ? `${changed}.`
    : `${changed}, ${countOf(keptCount)} left as they are.`.replace('1 file left as they are', '1 file left as it is')
}

/** What Claude is told along with the next message, where files are no more what Claude last saw; null where there is nothing to tell. */
export function noteOf({ what, kind, files, fileCount, folder }: Rewind): string | null {
  if (fileCount === 0 || (what !== 'files' && kind === 'rewind')) return null
  const names = files.slice(0, mostListed).map(({ path }) => `- ${JSON.stringify(path)}`)
  const more = fileCount > names.length ? [`- and ${fileCount - names.length} more`] : []
  const did = kind === 'undo' ? 'undid an earlier rewind of' : kind === 'take-back' ? 'took back changes in' : 'rewound'
  return [`The user ${did} files in ${JSON.stringify(folder)}, so these are no longer as you last saw them:`, ...names, ...more].join('\n')
}

export const noSnapshotWords =
  'There is no snapshot from before this message: it is too old, was sent in another conversation, or snapshots were off. Only the conversation can be rewound.'

export const cutOffWords =
  'Bullpen stopped while Claude was working. Files changed before it restarted may include your own edits, so they stay unless you select them.'

export function folderBusy(instanceName: string): AppError {
  return new AppError('FOLDER_BUSY', `${instanceName} is working in this folder. Stop it or wait for it to finish, then try again.`)
}

function countOf(files: number): string {
  return files === 1 ? '1 file' : `${files} files`
}
