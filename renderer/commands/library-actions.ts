import { create } from 'zustand'
import type { LibraryAction, LibraryOutcome } from '../../shared/domain/library.ts'
import { client } from '../connection/connection.ts'
import { errorWords } from '../words/error-words.ts'
import { toast } from '../state/toasts.ts'
import { plural } from '../words/figures.ts'

type Work = { verb: string; done: number; total: number; stop: () => void }

/** What is being done to many, while it takes long enough to be seen. */
export const useWork = create<{ work: Work | null }>(() => ({ work: null }))

const atOnce = 20
const verbs: Record<LibraryAction, string> = {
  archive: 'Archiving',
  restore: 'Restoring',
  delete: 'Deleting',
  erase: 'Deleting',
  tag: 'Tagging',
  untag: 'Removing tags from',
}
const past: Record<LibraryAction, string> = {
  archive: 'archived',
  restore: 'restored',
  delete: 'moved to trash',
  erase: 'permanently deleted',
  tag: 'tagged',
  untag: 'untagged',
}

/**
 * Does something to conversations, in pieces so that it can be watched and stopped, then says what was done, offers to
 * undo it, and names what was refused and why.
 */
export async function actOn(action: LibraryAction, ids: readonly string[], tags: readonly string[] = []): Promise<void> {
  const outcome = await inPieces(action, ids, tags)
  const { done, refused } = outcome
  const undo = undoOf(action, done, tags)
  const words = done.length === 0 ? '' : `${plural(done.length, 'conversation')} ${past[action]}.`
  if (words !== '') toast(words, 'info', null, undo)
  if (refused.length > 0) toast(refusedWords(refused), 'error')
  else if (done.length === 0) toast('Nothing to change.')
}

async function inPieces(action: LibraryAction, ids: readonly string[], tags: readonly string[]): Promise<LibraryOutcome> {
  const outcome: LibraryOutcome = { done: [], refused: [] }
  let stopped = false
  const show = (done: number) => {
    if (ids.length > atOnce) useWork.setState({ work: { verb: verbs[action], done, total: ids.length, stop: () => (stopped = true) } })
  }
  try {
    for (let from = 0; from < ids.length && !stopped; from += atOnce) {
      show(from)
      const { done, refused } = await client.library.act({ action, ids: ids.slice(from, from + atOnce), tags: [...tags] })
      outcome.done.push(...done)
      outcome.refused.push(...refused)
    }
  } catch (thrown) {
    toast(errorWords(thrown), 'error')
  } finally {
    useWork.setState({ work: null })
  }
  return outcome
}

/** What takes it back; deleting for good cannot be. */
function undoOf(action: LibraryAction, ids: readonly string[], tags: readonly string[]): { label: string; run: () => void } | undefined {
  const opposite: Partial<Record<LibraryAction, LibraryAction>> = {
    archive: 'restore',
    restore: 'archive',
    delete: 'restore',
    tag: 'untag',
    untag: 'tag',
  }
  const back = opposite[action]
  if (back === undefined || ids.length === 0) return undefined
  return { label: 'Undo', run: () => void actOn(back, ids, tags) }
}

function refusedWords(refused: LibraryOutcome['refused']): string {
  const [first] = refused
  if (!first) return ''
  const others = refused.length - 1
  return `“${first.title}” wasn’t changed: ${first.message}${others > 0 ? ` Nor ${others === 1 ? 'was 1 other' : `were ${others} others`}.` : ''}`
}
