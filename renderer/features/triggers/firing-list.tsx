import type { Firing, Trigger } from '../../../shared/domain/trigger.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { StateMark } from '../../ui/state-mark.tsx'
import { formatFullTime } from '../../words/times.ts'
import { formatWhen } from '../../words/figures.ts'
import { firingState, payloadWords } from './trigger-words.ts'
import { useFirings } from './use-firings.ts'

/** Each firing: which run it started, or why it started none. */
export function FiringList({ trigger }: { trigger: Trigger }) {
  const { firings, hasOlder, problem, loadOlder } = useFirings(trigger)
  return (
    <section aria-label="History" className="trigger-history">
      <h2>History</h2>
      {problem !== null && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      {firings?.length === 0 && <p className="page-lead">It hasn’t fired yet.</p>}
      <ul className="firing-list">
        {firings?.map((firing) => (
          <FiringRow key={firing.id} firing={firing} />
        ))}
      </ul>
      {hasOlder && (
        <Button small onClick={loadOlder}>
          Show older
        </Button>
      )}
    </section>
  )
}

function FiringRow({ firing }: { firing: Firing }) {
  const { at, dueAt, runId, reason, payload, key } = firing
  const { mark, word } = firingState(firing)
  const what = payloadWords(payload)
  return (
    <li className="firing">
      <StateMark mark={mark} />
      <div className="trigger-words">
        <span className="firing-head">
          <strong>{word}</strong>
          <time className="figure" dateTime={at} title={formatFullTime(at)}>
            {formatWhen(at)}
          </time>
          {runId !== null && <RunLink id={runId} />}
        </span>
        {reason !== null && <span dir="auto">{reason}</span>}
        {what !== '' && <small dir="auto">{what}</small>}
        {dueAt !== null && isLate(at, dueAt) && <small>Was due {formatWhen(dueAt)}</small>}
        {payload['kind'] === 'hook' && (
          <details>
            <summary>{key === null ? 'Body' : `Body of ${key}`}</summary>
            <pre>{JSON.stringify(payload['body'], null, 2)}</pre>
          </details>
        )}
      </div>
    </li>
  )
}

function RunLink({ id }: { id: string }) {
  return (
    <Button small variant="quiet" onClick={() => ui.go({ name: 'run', id })}>
      Open run
    </Button>
  )
}

const lateMs = 15_000

function isLate(at: string, dueAt: string): boolean {
  return Date.parse(at) - Date.parse(dueAt) > lateMs
}
