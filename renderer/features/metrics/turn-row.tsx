import type { TurnRecord } from '../../../shared/domain/metrics.ts'
import { formatCost, formatCount, formatDuration } from '../../words/figures.ts'
import { timeWords } from './charts/chart-words.ts'
import type { NameOf } from './names.ts'
import { PhaseBar } from './phase-bars.tsx'
import { partsOfTurn } from './phase-words.ts'
import { wayToTurn } from './turn-way.ts'

export type TurnRowProps = { turn: TurnRecord; /** What the widest bar stands for. */ longestMs: number; nameOf: NameOf }

/** One turn: when, where, how it went, and where its time went. Leads to its first message. */
export function TurnRow({ turn, longestMs, nameOf }: TurnRowProps) {
  const { at, conversationId, instanceId, history } = turn
  const title = conversationId === null ? 'A session of Claude Code itself' : nameOf('conversation', conversationId)
  const where = history === 'vault' ? 'Claude Code itself' : nameOf('instance', instanceId)
  const body = (
    <>
      <span className="turn-when figure">{timeWords(Date.parse(at), 1_000)}</span>
      <span className="turn-title">{title}</span>
      <span className="turn-facts figure">{[where, ...factsOf(turn)].join(' · ')}</span>
      <PhaseBar parts={partsOfTurn(turn)} longestMs={longestMs} />
    </>
  )
  const show = wayTo(turn)
  if (!show) return <div className="turn">{body}</div>
  return (
    <button type="button" className="turn" onClick={show}>
      {body}
    </button>
  )
}

/** Opens the first message of a turn; undefined where it is not known. */
export function wayTo({ id, conversationId }: TurnRecord): (() => void) | undefined {
  return wayToTurn({ conversationId, instanceId: null, turnId: id })
}

function factsOf({ phases, usage, costUsd, outcome, error, origin, model, retries, rewritten, stalls }: TurnRecord): string[] {
  const facts: (string | null)[] = [
    model === null ? null : model.replace(/^claude-/, ''),
    origin,
    outcome === 'done' ? null : outcome,
    error,
    measured('first token', phases.firstToken),
    measured('all', phases.total),
    `${formatCount(usage.input + usage.output + usage.cacheRead + usage.cacheWrite)} tokens`,
    formatCost(costUsd),
    rewritten > 0 ? `${formatCount(rewritten)} rewritten to the cache` : null,
    retries > 0 ? `${retries} retried` : null,
    stalls > 0 ? `${stalls} stalls` : null,
  ]
  return facts.filter((fact) => fact !== null)
}

function measured(words: string, ms: number | null): string | null {
  return ms === null ? null : `${words} ${formatDuration(ms)}`
}
