import { z } from 'zod'
import { AppError, type ErrorInfo } from '../../../../shared/app-error.ts'
import type { Consensus, RecipeWorker } from '../../../../shared/domain/recipe.ts'
import type { JsonSchema } from '../structured-answer.ts'

/** A consensus with its texts filled in. Workers are as the recipe has them. */
export type ConsensusSpec = {
  question: string
  /** Empty: any text is an answer. */
  options: readonly string[]
  /** Null: whoever works on the step. */
  voters: readonly (RecipeWorker | null)[]
  quorum: number
  decide: Consensus['decide']
  judge: RecipeWorker | null
  /** What the judge's orders are made from: the same after a restart, another for each step of each run. */
  seed: string
}

/**
 * One question to one worker, always in a conversation of its own: nobody sees what the others answer. `unit` is `voter-1` and so on,
 * `judge-1`, `judge-2`, `synthesis`. Without a schema any text is an answer; with one, an answer that does not fit is asked for again.
 */
export type ConsensusUnit = { unit: string; prompt: string; schema: JsonSchema | null; worker: RecipeWorker | null }

/** Where an answer was given. */
export type AnswerPlace = { instanceId: string | null; conversationId: string | null; turnId: string | null }

/** What came of a unit in the end. `output` is what its schema describes; what fits it not counts as no answer. */
export type UnitAnswer = AnswerPlace & ({ state: 'done'; output: unknown; text: string } | { state: 'failed'; error: ErrorInfo })

const optionsSchema = z.array(z.string().trim().min(1).max(500)).min(2).max(50)

/** What a recipe says, with its question and options filled in. Throws BAD_REQUEST where these are no options. */
export function consensusSpec(consensus: Consensus, filled: { question: string; options: unknown }, seed: string): ConsensusSpec {
  const { options, voters, quorum, decide, judge } = consensus
  const all = typeof voters === 'number' ? Array.from({ length: voters }, () => null) : voters
  return {
    question: filled.question,
    options: options === undefined ? [] : checkedOptions(filled.options),
    voters: all,
    quorum: quorum ?? all.length,
    decide,
    judge: judge ?? null,
    seed,
  }
}

function checkedOptions(value: unknown): string[] {
  const read = optionsSchema.safeParse(value)
  if (read.success && new Set(read.data).size === read.data.length) return read.data
  const message = 'The options of this vote have to be a list of 2 to 50 different texts. Change the recipe, or what the list is made from.'
  throw new AppError('BAD_REQUEST', message, { data: { field: 'options' } })
}
