import { X } from 'lucide-react'
import { useEffect, useRef, type ReactNode, type RefObject } from 'react'
import type { Run, RunStep, WholeStep } from '../../../shared/domain/run.ts'
import { Markdown } from '../../markdown/markdown.tsx'
import { usePool } from '../../state/pool-store.ts'
import { ui } from '../../state/ui-store.ts'
import { ExactText } from '../../tools/exact-text.tsx'
import { Button } from '../../ui/button.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { RunMark } from '../../ui/run-mark.tsx'
import { useNow } from '../../ui/use-now.ts'
import { formatCost, formatCount } from '../../words/figures.ts'
import { runStateWords, stepKindWords, tokensOf } from '../../words/run-words.ts'
import { formatFullTime, formatTime } from '../../words/times.ts'
import { ConsensusView } from './consensus-view.tsx'
import { AskLinks } from './ask-links.tsx'
import { ItemsTable } from './items-table.tsx'
import { JsonText } from './json-text.tsx'
import { NeedForm } from './need-form.tsx'
import { StepActs } from './step-acts.tsx'
import { stepTook, waitingWords } from './step-words.ts'
import { useWholeStep } from './use-run.ts'
import './step-panel.css'

type StepPanelProps = { run: Run; step: RunStep; onClose: () => void }

/** One step: what it asks, what came of it, and what can be done about it. */
export function StepPanel({ run, step, onClose }: StepPanelProps) {
  const { whole, problem } = useWholeStep(run.id, step)
  const panel = useRef<HTMLElement>(null)
  const body = useFocusKept(step.need !== undefined)
  useEffect(() => {
    // Whoever opens it from the graph is still there.
    const box = panel.current?.closest('main')
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented) return
      onClose()
      document.querySelector<HTMLElement>(`[data-step="${step.id}"], [data-step-row="${step.id}"] button`)?.focus()
    }
    box?.addEventListener('keydown', onKey)
    return () => box?.removeEventListener('keydown', onKey)
  }, [onClose, step.id])
  return (
    <aside ref={panel} className="step-panel" aria-label={`Step ${step.title}`} data-items={step.items !== undefined}>
      <div className="step-panel-head">
        <RunMark state={step.state} />
        <h2 title={step.title}>{step.title}</h2>
        <span className="run-state" data-state={step.state}>
          {runStateWords[step.state]}
        </span>
        <IconButton label="Close" icon={X} onClick={onClose} />
      </div>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard */}
      <div ref={body} className="step-panel-body" tabIndex={0}>
        {step.waitingFor !== null && <p className="run-note">{waitingWords(step.waitingFor)}.</p>}
        {step.need && <NeedForm key={step.need.since} runId={run.id} step={step} />}
        <AskLinks run={run} stepId={step.id} />
        {step.error && (
          <p className="run-problem" role="alert">
            {step.error.message}
          </p>
        )}
        <StepActs run={run} step={step} />
        {problem !== null && (
          <p className="problem" role="alert">
            {problem}
          </p>
        )}
        {step.message !== undefined && step.message !== '' && (
          <Part title="Message">
            <Markdown text={step.message} />
          </Part>
        )}
        {step.consensus && <ConsensusView consensus={step.consensus} />}
        {step.items && <ItemsTable run={run} step={step} items={step.items} />}
        {whole && <Answer step={step} whole={whole} />}
        <Facts step={step} />
      </div>
    </aside>
  )
}

/** Once a question is answered its buttons are gone, and the keys stay with the step that had asked it. */
function useFocusKept(asks: boolean): RefObject<HTMLDivElement | null> {
  const body = useRef<HTMLDivElement>(null)
  const asked = useRef(asks)
  useEffect(() => {
    if (asked.current && !asks && document.activeElement === document.body) body.current?.focus({ preventScroll: true })
    asked.current = asks
  }, [asks])
  return body
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="step-part">
      <h3>{title}</h3>
      {children}
    </section>
  )
}

/** Of what a step comes after so many are named. */
const mostNeeds = 8
const firstPrompt = { lines: 30, characters: 4_000 }

/** The prompt, and what came of it: the text as it is, data apart from it where they are not the same. */
function Answer({ step, whole }: { step: RunStep; whole: WholeStep }) {
  const { output, text, asked, prompt } = whole
  const words = asked ?? prompt
  const isData = output !== null && output !== undefined && typeof output !== 'string' && !step.consensus && !step.items
  return (
    <>
      {isData && (
        <Part title="Output">
          <JsonText value={output} />
        </Part>
      )}
      {text !== '' && !step.consensus && (
        <Part title={isData ? 'Text' : 'Result'}>
          <Markdown text={text} />
        </Part>
      )}
      {words !== null && !step.need && (
        <Part title={asked === null ? 'Prompt as written' : 'Prompt'}>
          <ExactText text={words} label="Prompt" first={firstPrompt} className="step-prompt" />
        </Part>
      )}
    </>
  )
}

function Facts({ step }: { step: RunStep }) {
  const now = useNow(step.state === 'running')
  const { kind, attempts, usage, costUsd, startedAt, by, needs } = step
  const tokens = tokensOf(usage)
  const facts: readonly [string, ReactNode][] = [
    ['Kind', stepKindWords[kind]],
    ['After', afterWords(needs)],
    ['Decided by', by === 'person' ? 'You' : null],
    ['Skipped', by === 'condition' ? 'Its condition isn’t met' : null],
    ['Turns', attempts > 0 ? attempts.toLocaleString('en-US') : null],
    [
      'Started',
      startedAt !== null && (
        <time key="started" title={formatFullTime(startedAt)}>
          {formatTime(startedAt)}
        </time>
      ),
    ],
    ['Time', stepTook(step, now)],
    ['Tokens', tokens > 0 ? formatCount(tokens) : null],
    ['Cost', costUsd > 0 ? formatCost(costUsd) : null],
  ]
  return (
    <Part title="Details">
      <dl className="step-facts">
        {facts
          .filter(([, value]) => value !== null && value !== false && value !== '')
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd className="figure">{value}</dd>
            </div>
          ))}
      </dl>
      <Links step={step} />
    </Part>
  )
}

function afterWords(needs: readonly string[]): string {
  return needs.length > mostNeeds ? `${needs.slice(0, mostNeeds).join(', ')} and ${needs.length - mostNeeds} more` : needs.join(', ')
}

/** To the conversation of the latest turn, or to the nested run. */
function Links({ step: { conversationId, instanceId, runId } }: { step: RunStep }) {
  const name = usePool((state) => (instanceId === null ? undefined : state.instances.get(instanceId)?.name))
  return (
    <div className="step-links">
      {conversationId !== null && (
        <Button small onClick={() => ui.go({ name: 'conversation', id: conversationId })}>
          Open conversation{name === undefined ? '' : ` with ${name}`}
        </Button>
      )}
      {runId !== null && (
        <Button small onClick={() => ui.go({ name: 'run', id: runId })}>
          Open nested run
        </Button>
      )}
    </div>
  )
}
