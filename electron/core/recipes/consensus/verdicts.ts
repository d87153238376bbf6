import { z } from 'zod'
import type { ConsensusResult } from '../../../../shared/domain/run.ts'
import { shuffled, type Ballot } from './ballots.ts'
import type { ConsensusSpec, ConsensusUnit, UnitAnswer } from './consensus-spec.ts'
import { judgePrompt, judgeSchema, synthesisPrompt, synthesisSchema } from './prompts.ts'

type Answers = ReadonlyMap<string, UnitAnswer>

/** What was decided out of enough answers. `standing`: the units that stand for it; `remarks`: why, about those that gave no reason. */
export type Verdict = Pick<ConsensusResult, 'decision' | 'undecided' | 'rankings' | 'hasFlipped' | 'reason'> & {
  standing: ReadonlySet<string>
  remarks: ReadonlyMap<string, string>
}

export type NextVerdict = { ask: ConsensusUnit[] } | { verdict: Verdict }

const nothing = {
  decision: null,
  undecided: null,
  rankings: [],
  hasFlipped: false,
  standing: new Set<string>(),
  remarks: new Map<string, string>(),
}

/** More than half of the answers have to be for it: a tie decides nothing, nor does the largest of several minorities. */
export function voted({ options }: ConsensusSpec, ballots: readonly Ballot[]): Verdict {
  const votes = new Map(options.map((option) => [option, ballots.filter(({ choice }) => choice === option)]))
  const most = Math.max(...[...votes.values()].map((one) => one.length))
  const first = [...votes].filter(([, one]) => one.length === most)
  const [[decision, winners] = ['', []]] = first
  const all = ballots.length
  if (first.length > 1) {
    const names = first.map(([option]) => `“${option}”`).join(' and ')
    return { ...nothing, undecided: 'tie', reason: `${names} have ${most} of ${all} votes each.` }
  }
  if (most * 2 <= all)
    return { ...nothing, undecided: 'no-majority', reason: `“${decision}” has most votes, but ${most} of ${all} are no majority.` }
  return { ...nothing, decision, standing: unitsOf(winners), reason: `“${decision}” has ${most} of ${all} votes.` }
}

/**
 * One judge ranks the answers twice, without their authors' names: in a shuffled order, and in the same one from behind, so that what
 * stood early stands late. The decision is the winner of both. Where they have different winners the place has decided, or they are
 * equally good: both rankings are shown, and nothing is decided.
 */
export function judged(spec: ConsensusSpec, ballots: readonly Ballot[], answers: Answers): NextVerdict {
  const [only] = ballots
  if (ballots.length === 1 && only) return { verdict: alone(only) }
  const order = shuffled(ballots, spec.seed)
  const orders = [order, order.toReversed()]
  const asked = orders.map((seen, index) => ({ unit: `judge-${index + 1}`, seen }))
  const ask = asked.filter(({ unit }) => !answers.has(unit))
  if (ask.length > 0)
    return {
      ask: ask.map(({ unit, seen }) => ({ unit, prompt: judgePrompt(spec, seen), schema: judgeSchema(seen.length), worker: spec.judge })),
    }
  const read = asked.map(({ unit, seen }) => rankingOf(answers.get(unit), seen))
  const rankings = read.map((one) => ('failed' in one ? [] : one.order.map(({ voter }) => voter)))
  const [first, second] = read
  if (!first || !second || 'failed' in first || 'failed' in second) {
    const reason = read.map((one) => ('failed' in one ? one.failed : '')).find((one) => one !== '') ?? ''
    return { verdict: { ...nothing, undecided: 'judge-failed', rankings, reason } }
  }
  return { verdict: { ...bothRanked(spec, ballots, first, second), rankings } }
}

type Ranking = { order: Ballot[]; agreeing: ReadonlySet<string>; remarks: ReadonlyMap<string, string>; reason: string }

function bothRanked(spec: ConsensusSpec, ballots: readonly Ballot[], first: Ranking, second: Ranking): Verdict {
  const [winner] = first.order
  const [other] = second.order
  const { remarks } = first
  if (!winner || !other || winner.choice.trim() !== other.choice.trim()) {
    const reason = `In one order ${winner?.voter ?? 'nobody'} won, in the other ${other?.voter ?? 'nobody'}, so nothing is decided.`
    return { ...nothing, undecided: 'judge-flipped', hasFlipped: true, remarks, reason }
  }
  const stands = ({ unit, choice }: Ballot): boolean =>
    choice.trim() === winner.choice.trim() || (spec.options.length === 0 && first.agreeing.has(unit) && second.agreeing.has(unit))
  return { ...nothing, decision: winner.choice, standing: unitsOf(ballots.filter(stands)), remarks, reason: first.reason }
}

function alone({ unit, voter, choice }: Ballot): Verdict {
  return { ...nothing, decision: choice, standing: new Set([unit]), reason: `Only ${voter} answered, so there was nothing to compare.` }
}

const rankingSchema = z.object({
  ranking: z.array(z.int()),
  agreeing: z.array(z.int()),
  reasons: z.record(z.string(), z.string()),
  reason: z.string(),
})

/** The numbers of an answer are places in the order that this judge has seen. */
function rankingOf(answer: UnitAnswer | undefined, seen: readonly Ballot[]): Ranking | { failed: string } {
  const read = outputOf(answer, rankingSchema)
  if ('failed' in read) return read
  const { ranking, agreeing, reasons, reason } = read.output
  const order = ranking.flatMap((number) => seen[number - 1] ?? [])
  if (order.length !== seen.length || new Set(order).size !== seen.length) return { failed: 'The judge did not rank all answers.' }
  return { order, agreeing: unitsOf(agreeing.flatMap((number) => seen[number - 1] ?? [])), remarks: remarksOf(reasons, seen), reason }
}

const synthesisAnswerSchema = z.object({
  answer: z.string().trim().min(1),
  disagreements: z.record(z.string(), z.string()),
  reason: z.string(),
})

/** One writes the best answer out of all, and says which of them come to another conclusion. */
export function synthesized(spec: ConsensusSpec, ballots: readonly Ballot[], answers: Answers): NextVerdict {
  const seen = shuffled(ballots, spec.seed)
  const answer = answers.get('synthesis')
  if (!answer)
    return { ask: [{ unit: 'synthesis', prompt: synthesisPrompt(spec, seen), schema: synthesisSchema(seen.length), worker: spec.judge }] }
  const read = outputOf(answer, synthesisAnswerSchema)
  if ('failed' in read) return { verdict: { ...nothing, undecided: 'judge-failed', reason: read.failed } }
  const remarks = remarksOf(read.output.disagreements, seen)
  const standing = unitsOf(ballots.filter(({ unit }) => !remarks.has(unit)))
  return { verdict: { ...nothing, decision: read.output.answer, standing, remarks, reason: read.output.reason } }
}

function outputOf<T>(answer: UnitAnswer | undefined, schema: z.ZodType<T>): { output: T } | { failed: string } {
  if (answer?.state !== 'done') return { failed: answer?.error.message ?? 'There is no answer.' }
  const read = schema.safeParse(answer.output)
  return read.success ? { output: read.data } : { failed: 'The answer does not have what was asked for.' }
}

function remarksOf(byNumber: Readonly<Record<string, string>>, seen: readonly Ballot[]): Map<string, string> {
  return new Map(
    seen.flatMap(({ unit }, index) => (byNumber[String(index + 1)] === undefined ? [] : [[unit, byNumber[String(index + 1)] ?? '']])),
  )
}

function unitsOf(ballots: readonly Ballot[]): Set<string> {
  return new Set(ballots.map(({ unit }) => unit))
}
