import { useRef } from 'react'
import type { Prompt, SendWhen } from '../../../shared/domain/task.ts'
import { drafts } from '../../state/drafts.ts'
import { isSame, type LocalDraft } from '../../state/draft-store.ts'
import { commandOf, composed, isEmptyDraft, tooMuch } from './composed.ts'

/** `key`: the same message, sent again, is taken once. `draft`: the revision of the draft `draftOf` that it is; `when`: into a running turn, or not. */
export type SentFrom = { key: string; draft?: number; draftOf?: string; when?: SendWhen }

/** Rejects with what the user should read; what was written then stays. */
export type SendMessage = (prompt: Prompt, from: SentFrom) => Promise<void>

type SubmitOptions = {
  draftKey: string
  send: SendMessage
  runCommand: (command: string) => Promise<void>
  setProblem: (words: string | null) => void
}

/** Sends what is written, or runs it where it is a command. */
export function useSubmit({ draftKey, send, runCommand, setProblem }: SubmitOptions) {
  const onItsWay = useRef<{ draft: LocalDraft; next: SendWhen | null } | null>(null)
  const last = useRef<{ draft: LocalDraft; key: string; when: SendWhen } | null>(null)

  const sendDraft = async (draft: LocalDraft, when: SendWhen) => {
    const prompt = composed(draft)
    const fault = tooMuch(prompt)
    if (fault !== null) throw new Error(fault)
    const before = last.current
    // Nobody knows whether a message got through whose answer did not come: as the same one it is taken once.
    const key = before !== null && isSame(before.draft, draft) && before.when === when ? before.key : crypto.randomUUID()
    last.current = { draft, key, when }
    const revision = await drafts.flush(draftKey)
    await send(prompt, { key, ...(revision === null ? {} : { draft: revision, draftOf: draftKey }), ...(when === 'after' ? {} : { when }) })
    last.current = null
    drafts.sent(draftKey, draft)
  }
  const run = async (draft: LocalDraft, command: string) => {
    if (command === '') throw new Error('Type a command after the !')
    await runCommand(command)
    drafts.change(draftKey, (now) => (now.text === draft.text ? { ...now, text: '' } : now))
  }
  const submit = async (when: SendWhen): Promise<void> => {
    const { text, parts } = drafts.get(draftKey)
    const draft = { text, parts }
    if (onItsWay.current !== null) {
      // A second press means the next message, where there is one.
      if (!isSame(onItsWay.current.draft, draft)) onItsWay.current.next = when
      return
    }
    if (isEmptyDraft(draft)) return
    const trip: { draft: LocalDraft; next: SendWhen | null } = { draft, next: null }
    onItsWay.current = trip
    setProblem(null)
    const command = commandOf(draft)
    try {
      await (command === null ? sendDraft(draft, when) : run(draft, command))
    } catch (thrown) {
      trip.next = null
      setProblem(thrown instanceof Error ? thrown.message : 'Not sent. Your draft is kept; try again.')
    } finally {
      onItsWay.current = null
    }
    if (trip.next !== null) await submit(trip.next)
  }
  return submit
}
