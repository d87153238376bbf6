import { useState } from 'react'
import type { Decision } from '../../../shared/domain/approval.ts'
import { toast } from '../../state/toasts.ts'
import { errorCode } from '../../words/error-words.ts'

/** Rejects with what the user should read. */
export type Decide = (decision: Decision) => Promise<void>

/** Sends one answer at a time and keeps what went wrong for the user to read. */
export function useAnswer(decide: Decide) {
  const [sending, setSending] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  /** Resolves to whether it was taken. */
  const answer = async (decision: Decision): Promise<boolean> => {
    if (sending) return false
    setSending(true)
    setProblem(null)
    try {
      await decide(decision)
      return true
    } catch (thrown) {
      const words = thrown instanceof Error ? thrown.message : 'Your answer couldn’t be sent. Try again.'
      setProblem(words)
      // Its card is about to go, and what it says with it.
      if (thrown instanceof Error && errorCode(thrown.cause) === 'APPROVAL_GONE') toast(words, 'warning')
      return false
    } finally {
      setSending(false)
    }
  }
  return { sending, problem, answer }
}
