import { CircleSlash, RotateCcw, TriangleAlert } from 'lucide-react'
import { Popover } from 'radix-ui'
import { useState } from 'react'
import type { Turn } from '../../../shared/domain/turn.ts'
import { CopyButton } from '../../markdown/copy-button.tsx'
import { formatCost, formatDuration } from '../../words/figures.ts'
import { useThreadContext } from './thread-context.ts'
import { promptOf, type EndRow } from './thread-row.ts'
import { againWords, resetWords, turnEnding, type TurnAction } from '../../words/turn-words.ts'
import { formatFullTime, formatTime } from '../../words/times.ts'
import { TurnChanges } from '../changes/turn-changes.tsx'
import { GoesOn } from './goes-on.tsx'
import { TurnFacts } from './turn-facts.tsx'
import { useNow } from '../../ui/use-now.ts'

/** The end of a turn: quiet ways to copy or repeat it and, where it did not end well, what may have happened and what to do. */
export function TurnEnd({ row }: { row: EndRow }) {
  const ending = turnEnding(row.turn, row.toolsUnknown)
  const context = useThreadContext()
  const goesOnAt = row.newest ? context.goesOnAt : null
  const Icon = ending?.tone === 'quiet' ? CircleSlash : TriangleAlert
  return (
    <div className="turn-end">
      {ending && (
        <div className={`ending ending-${ending.tone}`}>
          <Icon size={15} strokeWidth={1.75} aria-hidden />
          <p>
            <strong>{ending.title}</strong>
            {ending.detail && <> · {goesOnAt === null ? ending.detail : ending.detail.replace(sendAgainWords, '')}</>}
            {goesOnAt === null && <Resets retryAt={ending.retryAt} />}
          </p>
          {ending.said && <p className="ending-said">Claude Code: {ending.said}</p>}
          {goesOnAt !== null && <GoesOn at={goesOnAt} />}
          {row.newest && goesOnAt === null && <EndActions row={row} actions={ending.actions} retryAt={ending.retryAt} />}
        </div>
      )}
      {row.prompt && <TurnChanges turn={row.turn} messageId={row.prompt.messageId} newest={row.newest} />}
      <TurnTools row={row} />
    </div>
  )
}

/** What the core advises where nothing goes on by itself. */
const sendAgainWords = ' Send the message again when the limit resets.'

function Resets({ retryAt }: { retryAt: number | null }) {
  const words = resetWords(retryAt, useNow(retryAt !== null))
  return words === null ? null : <> {words}</>
}

type EndActionsProps = { row: EndRow; actions: readonly TurnAction[]; retryAt: number | null }

function EndActions({ row, actions, retryAt }: EndActionsProps) {
  const { actions: can, busy } = useThreadContext()
  const [problem, run] = useProblem()
  const now = useNow(retryAt !== null)
  const { prompt } = row
  const again = () => (prompt ? can.resend(prompt.messageId, promptOf(prompt)) : can.goOn())
  const buttons: Record<TurnAction, { label: string; go: () => Promise<void> | void }> = {
    continue: { label: 'Continue', go: can.goOn },
    again: { label: againWords(retryAt, now), go: again },
    'sign-in': { label: 'Sign in…', go: can.signIn },
    restart: { label: 'Restart', go: can.restart },
    folder: { label: 'Choose another folder…', go: can.chooseFolder },
    compact: { label: 'Compact', go: can.compact },
    'new-conversation': { label: 'New conversation', go: can.startNew },
  }
  return (
    <div className="ending-actions">
      {actions.map((action, place) => (
        <button
          key={action}
          type="button"
          disabled={busy}
          className={place === 0 ? 'small-button small-button-first' : 'small-button'}
          onClick={() => run(buttons[action].go)}
        >
          {buttons[action].label}
        </button>
      ))}
      {row.turn.goesOnAt !== undefined && retryAt !== null && retryAt > now && (
        <button type="button" className="small-button" onClick={() => run(() => can.setGoesOn(true))}>
          Continue automatically
        </button>
      )}
      {problem && (
        <p role="alert" className="approval-problem">
          {problem}
        </p>
      )}
    </div>
  )
}

function TurnTools({ row }: { row: EndRow }) {
  const { actions, busy } = useThreadContext()
  const [problem, run] = useProblem()
  const { turn, answer, prompt } = row
  return (
    <div className="turn-tools">
      {answer && <CopyButton text={answer} label="Copy answer" />}
      {prompt && (
        <button
          type="button"
          className="copy-button"
          disabled={busy}
          aria-label="Retry"
          title="Retry: sends the same message again"
          onClick={() => run(() => actions.resend(prompt.messageId, promptOf(prompt)))}
        >
          <RotateCcw size={14} strokeWidth={1.75} aria-hidden />
        </button>
      )}
      <TurnFigures turn={turn} />
      {problem && (
        <span role="alert" className="approval-problem">
          {problem}
        </span>
      )}
    </div>
  )
}

/** The figures of a turn in short; all of them when it is pressed. */
function TurnFigures({ turn }: { turn: Turn }) {
  const { timing, costUsd, endedAt } = turn
  const time = timing.totalMs === null ? [] : [formatDuration(timing.totalMs)]
  const words = [...(endedAt === null ? [] : [formatTime(endedAt)]), ...time, ...(costUsd === null ? [] : [formatCost(costUsd)])]
  return (
    <Popover.Root>
      <Popover.Trigger className="turn-figures" title="Turn details" aria-label={`Turn details: ${words.join(', ')}`}>
        {words.join(' · ') || 'Details'}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="turn-details" align="start" sideOffset={4} collisionPadding={12} aria-label="Turn details">
          <h2>{formatFullTime(turn.startedAt)}</h2>
          <TurnFacts turn={turn} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

/** Runs what may fail and keeps the reason for the user to read. */
function useProblem(): [string | null, (go: () => Promise<void> | void) => void] {
  const [problem, setProblem] = useState<string | null>(null)
  const run = (go: () => Promise<void> | void) => {
    setProblem(null)
    Promise.resolve(go()).catch((thrown: unknown) => setProblem(thrown instanceof Error ? thrown.message : 'That did not work. Try again.'))
  }
  return [problem, run]
}
