import type { ChangedFile, ChosenFile } from '../../../shared/domain/changes.ts'
import { client } from '../../connection/connection.ts'
import { errorCode, errorWords } from '../../words/error-words.ts'
import { plural } from '../../words/figures.ts'
import { toast } from '../../state/toasts.ts'
import { reviews } from './review.ts'

/** More changed lines than a screen shows: what is taken back would not be seen. */
const mostSeen = 40

/** Whether somebody should be asked before this is taken back, as it cannot be seen at once. */
export function asksFirst(files: readonly Pick<ChangedFile, 'content' | 'added' | 'removed'>[]): boolean {
  return files.length !== 1 || files.some(({ content, added, removed }) => content !== 'text' || (added ?? 0) + (removed ?? 0) > mostSeen)
}

/** Takes back what a conversation changed, and offers to undo that. Rejects where nothing was done. */
export async function takeBack(id: string, files: ChosenFile[], words: string): Promise<void> {
  const { against, whitespace } = reviews.get(id)
  try {
    const { rewind } = await client.changes.takeBack({ id, against, whitespace, files })
    const undo = rewind.id === null ? undefined : { label: 'Undo', run: () => void undoTakeBack(id, rewind.id ?? '') }
    const left = rewind.keptCount > 0 ? ` ${plural(rewind.keptCount, 'file')} left as they are.` : ''
    toast(`Took back ${words}.${left}`, rewind.keptCount > 0 ? 'warning' : 'info', null, undo)
  } finally {
    reviews.reload(id)
  }
}

/** The same; what goes wrong is told. */
export function takeBackNow(id: string, files: ChosenFile[], words: string): void {
  takeBack(id, files, words).catch((thrown: unknown) => {
    const isOld = errorCode(thrown) === 'STATE_CONFLICT'
    toast(isOld ? `${errorWords(thrown)} Its changes were read again.` : errorWords(thrown), isOld ? 'warning' : 'error')
  })
}

async function undoTakeBack(id: string, rewindId: string): Promise<void> {
  try {
    const undone = await client.changes.undoRewind({ id, rewindId })
    if (undone.keptCount > 0) toast(`${plural(undone.keptCount, 'file')} changed since and left as they are.`, 'warning')
    else toast('Undone.')
  } catch (thrown) {
    toast(errorWords(thrown), 'error')
  }
  reviews.reload(id)
}
