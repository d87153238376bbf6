import type { ConsensusResult, Vote } from '../../../../shared/domain/run.ts'
import { ballotOf, isBallot, votersOf, type Ballot, type Missing } from './ballots.ts'
import type { ConsensusSpec, ConsensusUnit, UnitAnswer } from './consensus-spec.ts'
import { voterPrompt, voterSchema } from './prompts.ts'
import { judged, synthesized, voted, type NextVerdict, type Verdict } from './verdicts.ts'

/**
 * What a consensus needs next. `ask`: the units of which no answer is known yet, also such as have been asked already. All voters are
 * waited for, so the order in which answers come decides nothing, and every dissent is heard. `result` is the end.
 */
export function consensusNext(
  spec: ConsensusSpec,
  answers: ReadonlyMap<string, UnitAnswer>,
): { ask: ConsensusUnit[] } | { result: ConsensusResult } {
  const ask: ConsensusUnit[] = []
  const all: (Ballot | Missing)[] = []
  for (const voter of votersOf(spec)) {
    const answer = answers.get(voter.unit)
    if (answer) all.push(ballotOf(spec, voter, answer))
    else ask.push({ unit: voter.unit, prompt: voterPrompt(spec), schema: voterSchema(spec), worker: voter.worker })
  }
  if (ask.length > 0) return { ask }
  const ballots = all.filter(isBallot)
  if (ballots.length < Math.max(1, spec.quorum)) return { result: resultOf(spec, all, tooFew(spec, ballots)) }
  const next = verdictOf(spec, ballots, answers)
  return 'ask' in next ? next : { result: resultOf(spec, all, next.verdict) }
}

function verdictOf(spec: ConsensusSpec, ballots: readonly Ballot[], answers: ReadonlyMap<string, UnitAnswer>): NextVerdict {
  if (spec.decide === 'judge') return judged(spec, ballots, answers)
  return spec.decide === 'synthesize' ? synthesized(spec, ballots, answers) : { verdict: voted(spec, ballots) }
}

function tooFew({ voters, quorum }: ConsensusSpec, ballots: readonly Ballot[]): Verdict {
  const reason = `${ballots.length} of ${voters.length} voters gave an answer that can be used; ${quorum} have to.`
  return { decision: null, undecided: 'no-quorum', rankings: [], hasFlipped: false, reason, standing: new Set(), remarks: new Map() }
}

function resultOf(spec: ConsensusSpec, all: readonly (Ballot | Missing)[], verdict: Verdict): ConsensusResult {
  const { decision, undecided, rankings, hasFlipped, reason, standing } = verdict
  const ballots = all.filter(isBallot)
  return {
    decide: spec.decide,
    decision,
    undecided,
    quorum: spec.quorum,
    answers: ballots.length,
    votes: all.map((one) => voteOf(one, verdict)),
    tally: spec.options.map((option) => ({ option, votes: ballots.filter(({ choice }) => choice === option).length })),
    agreement: decision === null ? null : standing.size / ballots.length,
    rankings,
    hasFlipped,
    reason,
  }
}

function voteOf(one: Ballot | Missing, { decision, standing, remarks }: Verdict): Vote {
  const { voter, instanceId, conversationId, turnId } = one
  const vote = { voter, instanceId, conversationId, turnId }
  if (!isBallot(one)) return { ...vote, choice: null, reason: '', isDissent: false, error: one.error }
  const reason = one.reason === '' ? (remarks.get(one.unit) ?? '') : one.reason
  return { ...vote, choice: one.choice, reason, isDissent: decision !== null && !standing.has(one.unit) }
}
