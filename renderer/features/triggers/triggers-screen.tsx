import { useEffect } from 'react'
import type { Trigger } from '../../../shared/domain/trigger.ts'
import { runsPlace } from '../../state/places.ts'
import { loadTriggers, useTriggers } from '../../state/triggers-store.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { PlaceTabs } from '../../ui/place-tabs.tsx'
import { SomeItems } from '../../ui/some-items.tsx'
import { StateMark } from '../../ui/state-mark.tsx'
import { useMinute } from '../../ui/use-now.ts'
import { VisibleText } from '../../ui/visible-text.tsx'
import { formatWhen } from '../../words/figures.ts'
import { canResume, fireNow, pauseOrResume } from './trigger-acts.ts'
import { nextWords, sentence, stateOf } from './trigger-words.ts'
import '../../ui/page.css'
import './triggers.css'

const firstTriggers = 50

/** Everything that starts runs by itself. */
export function TriggersScreen() {
  const triggers = useTriggers((state) => state.triggers)
  const problem = useTriggers((state) => state.problem)
  useEffect(() => void loadTriggers(), [])
  return (
    <main className="page">
      <div className="page-column">
        <div className="page-head">
          <h1 className="sr-only">Triggers</h1>
          <PlaceTabs place={runsPlace} current="triggers" />
          <Button className="trigger-new" onClick={() => ui.openDialog({ name: 'trigger' })}>
            New trigger…
          </Button>
        </div>
        {problem !== null && (
          <p className="problem" role="alert">
            {problem}
          </p>
        )}
        {triggers?.size === 0 && (
          <div className="page-empty">
            <StateMark mark="idle" />
            <p>
              No triggers yet. Add one to start a recipe at a time, when files or a branch change, after another run, or from a webhook.
            </p>
          </div>
        )}
        {triggers && triggers.size > 0 && (
          <ul className="trigger-list" aria-label="Triggers">
            <SomeItems items={[...triggers.values()]} first={firstTriggers} name="triggers">
              {(trigger) => <TriggerRow key={trigger.id} trigger={trigger} />}
            </SomeItems>
          </ul>
        )}
      </div>
    </main>
  )
}

function TriggerRow({ trigger }: { trigger: Trigger }) {
  const { id, name, recipe, summary, lastFiredAt, pausedBecause } = trigger
  const now = useMinute()
  const { mark, word } = stateOf(trigger)
  const last = lastFiredAt === null ? 'Never fired' : `Last fired ${formatWhen(lastFiredAt)}`
  return (
    <li className="trigger-row">
      <StateMark mark={mark} />
      <div className="trigger-words">
        <button type="button" className="trigger-name" dir="auto" onClick={() => ui.go({ name: 'triggers', id })}>
          <VisibleText text={name} />
        </button>
        <span dir="auto">
          {sentence(summary)} → {recipe}
        </span>
        <small>{[word, nextWords(trigger, new Date(now)), last].filter(Boolean).join(' · ')}</small>
        {pausedBecause !== null && (
          <small className="trigger-fault" dir="auto">
            {pausedBecause}
          </small>
        )}
      </div>
      <div className="trigger-acts">
        <Button small aria-label={`Fire now: ${name}`} onClick={() => void fireNow(trigger)}>
          Fire now
        </Button>
        <Button
          small
          variant="quiet"
          aria-label={`${canResume(trigger) ? 'Resume' : 'Pause'} ${name}`}
          onClick={() => void pauseOrResume(trigger)}
        >
          {canResume(trigger) ? 'Resume' : 'Pause'}
        </Button>
      </div>
    </li>
  )
}
