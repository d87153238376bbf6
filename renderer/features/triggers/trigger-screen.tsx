import { useEffect, type ReactNode } from 'react'
import type { Trigger } from '../../../shared/domain/trigger.ts'
import { loadTriggers, useTriggers } from '../../state/triggers-store.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { StateMark } from '../../ui/state-mark.tsx'
import { VisibleText } from '../../ui/visible-text.tsx'
import { plural } from '../../words/figures.ts'
import { FiringList } from './firing-list.tsx'
import { HookCall } from './hook-secret.tsx'
import { canResume, fireNow, pauseOrResume } from './trigger-acts.ts'
import { formOf, inputText } from './trigger-form.ts'
import { missedLabels, overlapLabels, sentence, stateOf, wallTime } from './trigger-words.ts'
import '../../ui/page.css'
import './triggers.css'

/** One trigger: when it fires, what it starts, and what came of each firing. */
export function TriggerScreen({ id }: { id: string }) {
  const trigger = useTriggers((state) => state.triggers?.get(id))
  const loaded = useTriggers((state) => state.triggers !== null)
  const problem = useTriggers((state) => state.problem)
  useEffect(() => void loadTriggers(), [])
  return (
    <main className="page">
      <div className="page-column">
        <nav aria-label="Triggers">
          <button type="button" className="trigger-link trigger-back" onClick={() => ui.go({ name: 'triggers' })}>
            Triggers
          </button>
        </nav>
        {problem !== null && (
          <p className="problem" role="alert">
            {problem}
          </p>
        )}
        {loaded && !trigger && <output className="page-lead">This trigger was deleted.</output>}
        {trigger && <Shown trigger={trigger} />}
      </div>
    </main>
  )
}

function Shown({ trigger }: { trigger: Trigger }) {
  const { id, name, pausedBecause } = trigger
  const { mark, word } = stateOf(trigger)
  return (
    <>
      <div className="page-head">
        <h1 dir="auto">
          <VisibleText text={name} />
        </h1>
        <span className="trigger-state">
          <StateMark mark={mark} />
          {word}
        </span>
      </div>
      {pausedBecause !== null && (
        <p className="trigger-fault" dir="auto">
          {pausedBecause}
        </p>
      )}
      <div className="trigger-acts">
        <Button variant="primary" onClick={() => void fireNow(trigger)}>
          Fire now
        </Button>
        <Button onClick={() => void pauseOrResume(trigger)}>{canResume(trigger) ? 'Resume' : 'Pause'}</Button>
        <Button onClick={() => ui.openDialog({ name: 'trigger', id })}>Edit…</Button>
        {trigger.on.kind === 'hook' && <Button onClick={() => ui.openDialog({ name: 'renew-secret', id })}>Renew secret…</Button>}
        <Button variant="danger" onClick={() => ui.openDialog({ name: 'remove-trigger', id })}>
          Delete…
        </Button>
      </div>
      <Facts trigger={trigger} />
      {trigger.on.kind === 'hook' && (
        <section className="trigger-hook" aria-label="How to call it">
          <h2>How to call it</h2>
          <HookCall trigger={trigger} />
        </section>
      )}
      <FiringList trigger={trigger} />
    </>
  )
}

function Facts({ trigger }: { trigger: Trigger }) {
  const { summary, recipe, on, next, inputs, overlap, missed, pauseAfterFailures, failuresInARow } = trigger
  const given = Object.entries(inputs)
  const zone = on.kind === 'time' ? on.timeZone : undefined
  const pauses = pauseAfterFailures === null ? 'Never' : `After ${plural(pauseAfterFailures, 'failed run')} in a row`
  return (
    <dl className="trigger-facts">
      <Fact name="When">{sentence(summary)}</Fact>
      {on.kind === 'hook' && on.filter.length > 0 && (
        <Fact name="Only if">
          <span className="trigger-lines">{formOf(trigger).filter}</span>
        </Fact>
      )}
      <Fact name="Recipe">{recipe}</Fact>
      {given.length > 0 && (
        <Fact name="Inputs">
          {given.map(([name, value]) => (
            <span key={name} className="trigger-line" dir="auto">
              {name}: {shortened(inputText(value))}
            </span>
          ))}
        </Fact>
      )}
      {next.length > 0 && (
        <Fact name="Next">
          {next.map((time) => (
            <time key={time} className="figure trigger-line" dateTime={time}>
              {wallTime(time, zone)}
            </time>
          ))}
        </Fact>
      )}
      <Fact name="If still running">{overlapLabels[overlap]}</Fact>
      {on.kind !== 'click' && on.kind !== 'hook' && <Fact name="If missed">{missedLabels[missed]}</Fact>}
      <Fact name="Pauses itself">
        {pauses}
        {failuresInARow > 0 && ` (${failuresInARow} so far)`}
      </Fact>
    </dl>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd dir="auto">{children}</dd>
    </>
  )
}

function shortened(text: string): string {
  return text.length > 300 ? `${text.slice(0, 300)}…` : text
}
