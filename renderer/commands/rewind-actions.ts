import type { Rewind } from '../../shared/domain/rewind.ts'
import { client } from '../connection/connection.ts'
import { toast } from '../state/toasts.ts'
import { ui, useUi } from '../state/ui-store.ts'
import { errorWords } from '../words/error-words.ts'
import { doneWords } from '../words/rewind-words.ts'

/** So many of the newest messages are looked at for one of the user's. */
const mostLooked = 500

/** Asks what to rewind to the last message of the conversation that is shown. */
export function rewindToLast(): void {
  const { screen } = useUi.getState()
  if (screen.name !== 'conversation') return toast('Open a conversation first.')
  return void askForLast(screen.id).catch((thrown: unknown) => toast(errorWords(thrown), 'error'))
}

async function askForLast(id: string): Promise<void> {
  const { items } = await client.conversations.messages({ id, limit: mostLooked })
  const last = items.findLast(({ role, joinedAs }) => role === 'user' && joinedAs === undefined)
  if (last) ui.openDialog({ name: 'rewind', id, messageId: last.id })
  else toast('There is no message to rewind to.')
}

/** Undoes it at once where nothing stands against that; else asks first. */
export async function undoRewind(id: string, rewindId: string): Promise<void> {
  try {
    const preview = await client.changes.undoRewind({ id, rewindId, dryRun: true })
    if (preview.keptCount > 0 || preview.warnings.length > 0) return ui.openDialog({ name: 'undo-rewind', id, rewindId })
    return tellRewind(await client.changes.undoRewind({ id, rewindId }))
  } catch (thrown) {
    return toast(errorWords(thrown), 'error')
  }
}

/** Tells what was done, and offers to undo it. */
export function tellRewind(rewind: Rewind): void {
  const { id, conversationId, warnings, kept } = rewind
  const undo = id === null ? undefined : { label: 'Undo', run: () => void undoRewind(conversationId, id) }
  const isPartly = warnings.length > 0 || kept.some(({ reason }) => reason === 'changed-meanwhile' || reason === 'read-only')
  toast([doneWords(rewind), ...warnings].join(' '), isPartly ? 'warning' : 'info', null, undo)
}
