import { useState } from 'react'
import { z } from 'zod'
import type { Approval } from '../../shared/domain/approval.ts'
import { drafts } from './drafts.ts'
import { forget, recall, remember } from './page-memory.ts'
import { usePool } from './pool-store.ts'
import { toast } from './toasts.ts'

const indexKey = 'answers'
const indexSchema = z.array(z.string())
/** So many unsent answers are kept; the oldest goes. */
const mostKept = 40
/** Longer words are no message. */
const longestRescued = 50_000

/** `words`: what somebody wrote of it by themselves. `sending`: this page answers. `gone`: it waits no more. */
type Written = { conversationId: string; words: string; sending: boolean; gone: boolean }

/** What was chosen and written in this page. */
const here = new Map<string, Written>()

type Options<Draft> = {
  approval: Pick<Approval, 'id' | 'conversationId'>
  /** A draft that does not fit it any more is none. */
  schema: z.ZodType<Draft>
  first: () => Draft
  /** What somebody wrote of it by themselves; it becomes a message to Claude when the request is answered elsewhere meanwhile. */
  wordsOf: (draft: Draft) => string
}

/**
 * What is chosen or written in answer to a request and not sent yet: it stays over a reload and a restart, in this browser or window,
 * as long as the request waits.
 */
export function useAnswerDraft<Draft>({ approval: { id, conversationId }, schema, first, wordsOf }: Options<Draft>): {
  draft: Draft
  change: (next: (before: Draft) => Draft) => void
  /** Sends the answer; what was written is forgotten once it is taken. */
  send: (answer: () => Promise<boolean>) => Promise<void>
} {
  const [draft, setDraft] = useState(() => {
    const kept = recall(keyOf(id), schema)
    if (kept !== null && !here.has(id)) here.set(id, { conversationId, words: wordsOf(kept), sending: false, gone: false })
    return kept ?? first()
  })
  return {
    draft,
    change: (next) =>
      setDraft((before) => {
        const after = next(before)
        keep(id, after)
        here.set(id, { conversationId, words: wordsOf(after), sending: here.get(id)?.sending ?? false, gone: false })
        return after
      }),
    send: async (answer) => {
      const written = here.get(id) ?? { conversationId, words: wordsOf(draft), sending: false, gone: false }
      here.set(id, { ...written, sending: true })
      const isTaken = await answer()
      const now = here.get(id) ?? written
      here.set(id, { ...now, sending: false })
      if (isTaken) drop(id)
      else if (now.gone) rescue(id)
    },
  }
}

usePool.subscribe(({ approvals }, before) => {
  if (approvals === before.approvals) return
  for (const id of before.approvals.keys()) if (!approvals.has(id)) gone(id)
})

function gone(id: string): void {
  const written = here.get(id)
  if (written?.sending === true) here.set(id, { ...written, gone: true })
  else rescue(id)
}

/** A request waits no more, and this page has not answered it: what somebody wrote is theirs. */
function rescue(id: string): void {
  const { words = '', conversationId = '' } = here.get(id) ?? {}
  drop(id)
  const rescued = words.trim().slice(0, longestRescued)
  if (rescued === '') return
  drafts.change(conversationId, (now) => ({ ...now, text: now.text.trim() === '' ? rescued : `${now.text}\n\n${rescued}` }))
  toast('This was answered elsewhere or no longer waits. What you wrote is in the message field.', 'warning', conversationId)
}

function keep(id: string, draft: unknown): void {
  const ids = [...knownIds().filter((one) => one !== id), id]
  for (const old of ids.splice(0, Math.max(0, ids.length - mostKept))) forget(keyOf(old))
  // Where the browser gives no more room, the oldest goes first.
  while (!remember(keyOf(id), draft) && ids.length > 1) forget(keyOf(ids.shift() ?? ''))
  remember(indexKey, ids)
}

function drop(id: string): void {
  here.delete(id)
  const ids = knownIds()
  if (!ids.includes(id)) return
  remember(
    indexKey,
    ids.filter((one) => one !== id),
  )
  forget(keyOf(id))
}

function knownIds(): string[] {
  return recall(indexKey, indexSchema) ?? []
}

function keyOf(id: string): string {
  return `answer:${id}`
}
