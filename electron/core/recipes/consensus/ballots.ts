import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { ErrorInfo } from '../../../../shared/app-error.ts'
import type { RecipeWorker } from '../../../../shared/domain/recipe.ts'
import type { AnswerPlace, ConsensusSpec, UnitAnswer } from './consensus-spec.ts'

export type Voter = { unit: string; name: string; worker: RecipeWorker | null }

/** A voter's answer. */
export type Ballot = AnswerPlace & { unit: string; voter: string; choice: string; reason: string }
/** A voter of whom no answer can be used. */
export type Missing = AnswerPlace & { voter: string; error: ErrorInfo }

const choiceSchema = z.object({ choice: z.string(), reason: z.string() })

/** Voters with their names: that of the instance, where one is asked by name, else `voter-1` and so on. No name twice. */
export function votersOf({ voters }: ConsensusSpec): Voter[] {
  const names = new Set<string>()
  return voters.map((worker, index) => {
    const unit = `voter-${index + 1}`
    const named = worker?.instance
    const wanted = named === undefined || named.includes('{') ? unit : named
    const name = names.has(wanted) ? `${wanted} (${index + 1})` : wanted
    names.add(name)
    return { unit, name, worker }
  })
}

/** What a voter's answer counts as. */
export function ballotOf({ options }: ConsensusSpec, { unit, name }: Voter, answer: UnitAnswer): Ballot | Missing {
  const { instanceId, conversationId, turnId } = answer
  const place = { instanceId, conversationId, turnId }
  if (answer.state === 'failed') return { ...place, voter: name, error: answer.error }
  const given = options.length === 0 ? { choice: answer.text.trim(), reason: '' } : choiceSchema.safeParse(answer.output).data
  if (given && given.choice !== '' && (options.length === 0 || options.includes(given.choice)))
    return { ...place, unit, voter: name, choice: given.choice, reason: given.reason }
  const message =
    options.length === 0 ? 'The answer is empty. Ask again.' : 'The answer is none of the options. Ask again, or change the question.'
  return { ...place, voter: name, error: { code: 'ANSWER_UNUSABLE', message } }
}

export function isBallot(one: Ballot | Missing): one is Ballot {
  return 'choice' in one
}

/** An order that nobody can guess and that is the same each time, whichever answers came first. */
export function shuffled(ballots: readonly Ballot[], seed: string): Ballot[] {
  const placeOf = ({ unit }: Ballot) =>
    createHash('sha256')
      .update(JSON.stringify([seed, unit]))
      .digest('hex')
  const places = new Map(ballots.map((ballot) => [ballot, placeOf(ballot)]))
  return ballots.toSorted((a, b) => ((places.get(a) ?? '') < (places.get(b) ?? '') ? -1 : 1))
}
