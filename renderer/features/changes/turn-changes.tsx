import { FileDiff } from 'lucide-react'
import { useEffect } from 'react'
import { z } from 'zod'
import { create } from 'zustand'
import type { Turn } from '../../../shared/domain/turn.ts'
import { client } from '../../connection/connection.ts'
import { useChangesRevision } from '../../state/changes-news.ts'
import { recall, remember } from '../../state/page-memory.ts'
import { ui } from '../../state/ui-store.ts'
import { countWords } from '../../words/changes-words.ts'
import { plural } from '../../words/figures.ts'

const sumSchema = z.object({ files: z.int(), added: z.int(), removed: z.int() })
type Sum = z.infer<typeof sumSchema>
const memoryKey = 'turn-changes'

const mostKept = 300
/** What turns have changed, by the message that began them, as it was when they were the newest; remembered in this browser or window. */
const useSums = create<{ byMessage: ReadonlyMap<string, Sum> }>(() => ({
  byMessage: new Map(recall(memoryKey, z.array(z.tuple([z.string(), sumSchema]))) ?? []),
}))

type TurnChangesProps = { turn: Turn; messageId: string; newest: boolean }

/** What a turn changed, as a way to look at it: also what its commands and sub-agents did. */
export function TurnChanges({ turn, messageId, newest }: TurnChangesProps) {
  const { conversationId, endedAt, timing } = turn
  const revision = useChangesRevision(conversationId)
  // A turn without tools changed nothing; one that is followed by others is no longer the difference to now.
  const asks = newest && endedAt !== null && timing.toolMs > 0
  useEffect(() => {
    if (!asks) return undefined
    const end = new AbortController()
    void read(conversationId, messageId, end.signal)
    return () => end.abort()
  }, [asks, conversationId, messageId, revision])
  const sum = useSums((state) => state.byMessage.get(messageId))
  if (sum === undefined || sum.files === 0) return null
  return (
    <button
      type="button"
      className="turn-changes"
      title={newest ? 'Review what this turn changed' : 'Review what changed since this message'}
      onClick={() => ui.go({ name: 'changes', id: conversationId, against: `message:${messageId}` })}
    >
      <FileDiff size={14} strokeWidth={1.75} aria-hidden />
      {plural(sum.files, 'file')} changed <span className="figure">{countWords(sum)}</span>
    </button>
  )
}

async function read(id: string, messageId: string, signal: AbortSignal): Promise<void> {
  try {
    const { files, added, removed } = await client.changes.list({ id, against: `message:${messageId}` }, { signal })
    useSums.setState(({ byMessage }) => {
      const next = new Map(byMessage).set(messageId, { files, added, removed })
      const oldest = next.keys().next()
      if (next.size > mostKept && !oldest.done) next.delete(oldest.value)
      remember(memoryKey, [...next])
      return { byMessage: next }
    })
  } catch {
    // Without snapshots there is nothing to say here; the Changes screen says why.
  }
}
