import { useState } from 'react'
import { formatClock } from '../../words/figures.ts'
import { formatMoment } from '../../words/moment.ts'
import { useNow } from '../../ui/use-now.ts'
import { useThreadContext } from './thread-context.ts'

/** A conversation that met a usage limit: when it goes on by itself, and what else can be done. */
export function GoesOn({ at }: { at: string }) {
  const { actions } = useThreadContext()
  const [problem, setProblem] = useState<string | null>(null)
  const now = useNow(true)
  const run = (go: Promise<void>) => {
    setProblem(null)
    go.catch((thrown: unknown) => setProblem(thrown instanceof Error ? thrown.message : 'That did not work. Try again.'))
  }
  return (
    <div className="ending-actions">
      <output className="goes-on" aria-live="off">
        {goesOnWords(Date.parse(at), now)}
      </output>
      <button type="button" className="small-button small-button-first" onClick={() => run(actions.goOn())}>
        Continue now
      </button>
      <button type="button" className="small-button" onClick={() => run(actions.setGoesOn(false))}>
        Don’t continue automatically
      </button>
      {problem && (
        <p role="alert" className="approval-problem">
          {problem}
        </p>
      )}
    </div>
  )
}

/** The time in the reader's own zone, and how long that is from now. */
function goesOnWords(at: number, now: number): string {
  if (at <= now) return 'Continues in a moment'
  return `Continues ${formatMoment(new Date(at), new Date(now))} · in ${formatClock(at - now)}`
}
