import { List, Network } from 'lucide-react'
import { useEffect, useMemo } from 'react'
import type { Run, RunCause } from '../../../shared/domain/run.ts'
import { runEntries } from '../../commands/run-actions.ts'
import { useShownRun } from '../../state/shown-run.ts'
import { withAsks } from '../../state/step-needs.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { RunMark } from '../../ui/run-mark.tsx'
import { useNow } from '../../ui/use-now.ts'
import { causeWords, progressWords, runFigures, runStateWords } from '../../words/run-words.ts'
import { formatFullTime } from '../../words/times.ts'
import { whenWords } from '../../words/library-words.ts'
import { RunOutputs } from './run-outputs.tsx'
import { RunStepsGraph } from './run-steps-graph.tsx'
import { StepPanel } from './step-panel.tsx'
import { StepsList } from './steps-list.tsx'
import { useRun } from './use-run.ts'
import { chooseRunView, mostDrawn, useRunView } from './run-view-store.ts'
import '../../ui/page.css'
import './runs.css'
import './run.css'

/** One run: its steps as a graph or a list, what it takes, and what can be done about it. */
export function RunScreen({ id, stepId }: { id: string; stepId: string | undefined }) {
  const { run, problem } = useRun(id)
  const shown = useMemo(() => run && withAsks(run), [run])
  if (!shown) return <NotHere problem={problem} />
  return <Loaded run={shown} stepId={stepId} problem={problem} />
}

function NotHere({ problem }: { problem: string | null }) {
  return (
    <main className="page" aria-busy={problem === null}>
      {problem !== null && (
        <div className="page-empty" role="alert">
          <h1>Couldn’t load this run</h1>
          <p>{problem}</p>
          <Button onClick={() => ui.go({ name: 'runs' })}>All runs</Button>
        </div>
      )}
    </main>
  )
}

function Loaded({ run, stepId, problem }: { run: Run; stepId: string | undefined; problem: string | null }) {
  const view = useRunView(run.steps.length)
  useShown(run)
  const step = run.steps.find(({ id }) => id === stepId)
  const open = (id: string) => ui.replace({ name: 'run', id: run.id, step: id })
  return (
    <main className="run" data-panel={step ? 'open' : 'closed'}>
      <div className="run-main">
        <Head run={run} />
        <Figures run={run} />
        {run.error && (
          <p className="run-problem" role="alert">
            {run.error.message}
          </p>
        )}
        {run.heldBy !== undefined && (
          <p className="run-problem" role="alert">
            {run.heldBy}
          </p>
        )}
        {problem !== null && (
          <p className="problem" role="alert">
            {problem}
          </p>
        )}
        <RunOutputs outputs={run.outputs} />
        <ViewChoice steps={run.steps.length} />
        {view === 'graph' ? (
          <RunStepsGraph run={run} selected={step?.id ?? null} onOpen={open} />
        ) : (
          <StepsList run={run} selected={step?.id ?? null} onOpen={open} />
        )}
      </div>
      {step && <StepPanel key={step.id} run={run} step={step} onClose={() => ui.replace({ name: 'run', id: run.id })} />}
    </main>
  )
}

/** The palette offers what can be done with it. */
function useShown({ id, state, endedAt }: Run): void {
  useEffect(() => {
    useShownRun.setState({ run: { id, state, endedAt } })
    return () => useShownRun.setState({ run: null })
  }, [id, state, endedAt])
}

function Head({ run }: { run: Run }) {
  const { title, state, cause, createdAt } = run
  const entries = runEntries(run)
  return (
    <div className="page-head run-head">
      <RunMark state={state} />
      <h1 title={title}>{title}</h1>
      <span className="run-state" data-state={state}>
        {runStateWords[state]}
      </span>
      <span className="run-cause" title={formatFullTime(createdAt)}>
        <Cause cause={cause} />, {whenWords(createdAt)}
      </span>
      <span className="run-acts">
        {entries.map((entry) => (
          <Button key={entry.id} small variant={entry.danger ? 'danger' : 'secondary'} title={entry.hint} onClick={entry.run}>
            {entry.label}
          </Button>
        ))}
      </span>
    </div>
  )
}

/** What started it; where that can be looked at, the way there. */
function Cause({ cause }: { cause: RunCause }) {
  const words = causeWords(cause)
  if (cause.kind === 'run') {
    return (
      <button type="button" onClick={() => ui.go({ name: 'run', id: cause.runId, step: cause.stepId })}>
        {words}
      </button>
    )
  }
  if (cause.kind === 'trigger') {
    return (
      <button type="button" onClick={() => ui.go({ name: 'triggers', id: cause.triggerId })}>
        {words}
      </button>
    )
  }
  return words
}

function Figures({ run }: { run: Run }) {
  const now = useNow(run.endedAt === null)
  return (
    <dl className="run-figures">
      <div>
        <dt>Progress</dt>
        <dd className="figure">{progressWords(run)}</dd>
      </div>
      {runFigures(run, now).map(({ name, words, share }) => (
        <div key={name} data-near={share !== null && share >= 0.8}>
          <dt>{name}</dt>
          <dd className="figure">
            {words}
            {share !== null && <progress value={share} max={1} aria-label={`${name} of its limit`} />}
          </dd>
        </div>
      ))}
    </dl>
  )
}

function ViewChoice({ steps }: { steps: number }) {
  const view = useRunView(steps)
  const canDraw = steps <= mostDrawn
  return (
    <div className="run-views">
      <h2>Steps</h2>
      {canDraw ? (
        <fieldset aria-label="Show steps as" className="runs-filters">
          <button type="button" aria-pressed={view === 'graph'} onClick={() => chooseRunView('graph')}>
            <Network size={14} strokeWidth={1.75} aria-hidden /> Graph
          </button>
          <button type="button" aria-pressed={view === 'list'} onClick={() => chooseRunView('list')}>
            <List size={14} strokeWidth={1.75} aria-hidden /> List
          </button>
        </fieldset>
      ) : (
        <span className="run-note">Too many steps for a graph; the list has all of them.</span>
      )}
    </div>
  )
}
