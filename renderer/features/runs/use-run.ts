import { useEffect, useMemo, useState } from 'react'
import { useStore } from 'zustand'
import type { RunStep, WholeStep } from '../../../shared/domain/run.ts'
import { client, connection } from '../../connection/connection.ts'
import { errorCode, errorWords } from '../../words/error-words.ts'
import { RunFollower, type RunFollowerDeps, type RunView } from './run-follower.ts'

const deps: RunFollowerDeps = {
  calls: client.runs,
  opened: connection.opened,
  explain: errorWords,
  isGone: (thrown) => errorCode(thrown) === 'NOT_FOUND',
}

/** A run as it is now, for as long as it is looked at. */
export function useRun(id: string): RunView {
  const follower = useMemo(() => new RunFollower(id, deps), [id])
  useEffect(() => follower.start(), [follower])
  return useStore(follower.store)
}

/** A step with all of its text and its prompt, read again whenever it has gone on. */
export function useWholeStep(
  runId: string,
  { id, items, state, attempts, endedAt, message }: RunStep,
): { whole: WholeStep | null; problem: string | null } {
  const [read, setRead] = useState<{ of: string; whole: WholeStep | null; problem: string | null }>({ of: '', whole: null, problem: null })
  const [edits, setEdits] = useState(0)
  const of = `${runId} ${id}`
  // Of a fan-out only the prompt is shown, and that stays; its outputs can be many.
  const version = items ? '' : [state, attempts, endedAt, message].join(' ')
  useEffect(() => onEdited(of, () => setEdits((count) => count + 1)), [of])
  useEffect(() => {
    let wanted = true
    client.runs.step({ id: runId, step: id }).then(
      (whole) => wanted && setRead({ of, whole, problem: null }),
      (thrown: unknown) => wanted && setRead({ of, whole: null, problem: errorWords(thrown) }),
    )
    return () => {
      wanted = false
    }
  }, [runId, id, of, version, edits])
  return read.of === of ? read : { whole: null, problem: null }
}

const listeners = new Set<{ of: string; tell: () => void }>()

/** The prompt of a step has been changed here. */
export function promptEdited(runId: string, stepId: string): void {
  for (const { of, tell } of listeners) if (of === `${runId} ${stepId}`) tell()
}

function onEdited(of: string, tell: () => void): () => void {
  const listener = { of, tell }
  listeners.add(listener)
  return () => listeners.delete(listener)
}
