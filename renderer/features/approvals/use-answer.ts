import { useState } from 'react'
import type { Decision } from '../../../shared/domain/approval.ts'

/** Rejects with what the user should read. */
export type Decide = (decision: Decision) => Promise<void>

/** Sends one answer at a time and keeps what went wrong for the user to read. */
export function useAnswer(decide: Decide) {
  const [sending, setSending] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const answer = async (decision: Decision) => {
    if (sending) return
    setSending(true)
    setProblem(null)
    try {
      await decide(decision)
    } catch (thrown) {
      setProblem(thrown instanceof Error ? thrown.message : 'The answer could not be sent. Try again.')
    } finally {
      setSending(false)
    }
  }
  return { sending, problem, answer }
}
