import { FileDiff } from 'lucide-react'
import { useEffect } from 'react'
import { create } from 'zustand'
import type { TurnSum } from '../../../shared/domain/changes.ts'
import type { Turn } from '../../../shared/domain/turn.ts'
import { client } from '../../connection/connection.ts'
import { useChangesRevision } from '../../state/changes-news.ts'
import { ui } from '../../state/ui-store.ts'
import { countWords } from '../../words/changes-words.ts'
import { plural } from '../../words/figures.ts'

const mostKept = 300
/** How much turns have changed, by the message that began them; null: nobody can say. */
const useSums = create<{ byMessage: ReadonlyMap<string, TurnSum | null> }>(() => ({ byMessage: new Map() }))

type TurnChangesProps = { turn: Turn; messageId: string; newest: boolean }

/** What a turn changed, as a way to look at it: also what its commands and sub-agents did. */
export function TurnChanges({ turn, messageId, newest }: TurnChangesProps) {
  const { conversationId, endedAt, timing } = turn
  const revision = useChangesRevision(conversationId)
  // A turn without tools changed nothing.
  const hasWorked = endedAt !== null && timing.toolMs > 0
  const known = useSums((state) => state.byMessage.get(messageId))
  const asks = hasWorked && (newest || known === undefined)
  useEffect(() => {
    if (!asks) return undefined
    const end = new AbortController()
    void read(messageId, () => (newest ? sinceMessage(conversationId, messageId, end.signal) : ofTurn(conversationId, turn.id, end.signal)))
    return () => end.abort()
  }, [asks, newest, conversationId, messageId, turn.id, revision])
  if (!known || known.files === 0) return null
  return (
    <button
      type="button"
      className="turn-changes"
      title={newest ? 'Review what this turn changed' : 'Review what changed since this message'}
      onClick={() => ui.go({ name: 'changes', id: conversationId, against: `message:${messageId}` })}
    >
      <FileDiff size={14} strokeWidth={1.75} aria-hidden />
      {plural(known.files, 'file')} changed <span className="figure">{countWords(known)}</span>
    </button>
  )
}

/** What the newest turn has changed is what differs from now; with what its background has changed since. */
async function sinceMessage(id: string, messageId: string, signal: AbortSignal): Promise<TurnSum> {
  const { files, added, removed } = await client.changes.list({ id, against: `message:${messageId}` }, { signal })
  return { files, added, removed }
}

async function ofTurn(id: string, turnId: string, signal: AbortSignal): Promise<TurnSum | null> {
  return (await client.changes.turn({ id, turnId }, { signal })).sum
}

async function read(messageId: string, ask: () => Promise<TurnSum | null>): Promise<void> {
  try {
    const sum = await ask()
    useSums.setState(({ byMessage }) => {
      const next = new Map(byMessage).set(messageId, sum)
      const oldest = next.keys().next()
      if (next.size > mostKept && !oldest.done) next.delete(oldest.value)
      return { byMessage: next }
    })
  } catch {
    // Without snapshots there is nothing to say here; the Changes screen says why.
  }
}
