import type { Turn, Usage } from '../../../shared/domain/turn.ts'
import { Clock } from '../../ui/clock.tsx'
import { useNow } from '../../ui/use-now.ts'
import { modelWords } from '../../words/composer-words.ts'
import { formatCost, formatCount, formatDuration } from '../../words/figures.ts'
import { elapsedOf } from './thread-context.ts'
import { phasesOf, timingWith, type OpenWork, type Phase } from './turn-phases.ts'
import './inspector.css'

const nothingOpen: OpenWork = { askedAt: null, toolsSince: [] }

/** Where the time of a turn went, and what it took. `open`: what goes on in one that runs. */
export function TurnFacts({ turn, open = nothingOpen }: { turn: Turn; open?: OpenWork }) {
  const isRunning = turn.outcome === null
  const now = useNow(isRunning)
  const elapsed = isRunning ? elapsedOf(turn, now) : turn.timing.totalMs
  const phases = phasesOf(isRunning ? timingWith(turn.timing, open, now) : turn.timing, elapsed ?? 0, !isRunning)
  const { firstTokenMs } = turn.timing
  return (
    <>
      <PhaseBar phases={phases} />
      <dl className="turn-figure-list">
        {phases.map((phase) => (
          <div key={phase.name}>
            <dt>
              <span className={`phase-key phase-${phase.name}`} aria-hidden />
              {phase.label}
            </dt>
            <dd>{phaseWords(phase, turn)}</dd>
          </div>
        ))}
        <Fact name={isRunning ? 'Elapsed' : 'Total'} value={elapsed === null ? 'unknown' : formatDuration(elapsed)} />
        <div>
          <dt>Started</dt>
          <dd>
            <Clock time={turn.startedAt} />
          </dd>
        </div>
        {turn.startedBy === 'claude' && <Fact name="Started by" value="Claude" />}
        {firstTokenMs !== null && <Fact name="Time to first token" value={formatDuration(firstTokenMs)} />}
        {turn.retries > 0 && <Fact name="Retries" value={turn.retries.toLocaleString('en-US')} />}
        {!isRunning && <Spent turn={turn} />}
        {turn.model && <Fact name="Model" value={modelWords(turn.model) ?? turn.model} />}
      </dl>
    </>
  )
}

function Spent({ turn: { usage, costUsd, byModel = [] } }: { turn: Turn }) {
  const read = tokensRead(usage)
  return (
    <>
      <Fact name="Tokens in / out" value={`${formatCount(read)} / ${formatCount(usage.output)}`} />
      {read > 0 && <Fact name="From cache" value={`${Math.round((usage.cacheRead / read) * 100)}%`} />}
      <Fact name="Cost" value={costUsd === null ? 'unknown' : formatCost(costUsd)} />
      {byModel.slice(1).map(({ model, costUsd: cost }) => (
        <Fact key={model} name={`With ${modelWords(model) ?? model}`} value={cost === null ? 'unknown' : formatCost(cost)} />
      ))}
    </>
  )
}

/** The list below it says the same in words. */
function PhaseBar({ phases }: { phases: readonly Phase[] }) {
  const total = phases.reduce((sum, phase) => sum + phase.ms, 0)
  if (phases.length === 0) return null
  return (
    <div className="phases" aria-hidden>
      {phases.map(
        (phase) =>
          phase.ms > 0 && (
            <span
              key={phase.name}
              className={`phase phase-${phase.name}`}
              style={{ flexGrow: Math.max(phase.ms / Math.max(1, total), 0.008) }}
            />
          ),
      )}
    </div>
  )
}

function phaseWords({ name, ms }: Phase, { timing: { origin } }: Turn): string {
  if (name !== 'started' || origin === null) return formatDuration(ms)
  return origin === 'warm' ? 'warm' : `${origin} · ${formatDuration(ms)}`
}

/** One figure with its name. */
export function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}

function tokensRead({ input, cacheRead, cacheWrite }: Usage): number {
  return input + cacheRead + cacheWrite
}
