import { z } from 'zod'
import type { ConsensusResult } from '../../../shared/domain/run.ts'
import { consensusNext } from '../recipes/consensus/consensus.ts'
import type { ConsensusUnit, UnitAnswer } from '../recipes/consensus/consensus-spec.ts'
import { consensusSpecSchema, type HappeningOf } from './journal-entry.ts'
import type { RunJournal } from './run-journal.ts'
import type { StepRecord } from './run-record.ts'

const begunSchema = z.object({ spec: consensusSpecSchema })
const answerSchema = z.object({ text: z.string(), output: z.unknown().optional() })

/** Asks what a consensus needs next, now that all who were asked have answered or failed. */
export async function consultation(
  step: StepRecord,
  journal: Pick<RunJournal, 'read'>,
): Promise<{ ask: ConsensusUnit[] } | { result: HappeningOf<'ended'> }> {
  const [line] = step.begun ? await journal.read([step.begun]) : []
  const { spec } = begunSchema.parse(line)
  const said = consensusNext(spec, await answersOf(step, journal))
  if ('result' in said) return { result: endOf(step, said.result) }
  const ask = said.ask.filter(({ unit }) => !step.planned.has(unit))
  if (ask.length === 0) throw new Error(`The consensus “${step.step.id}” waits for nobody.`)
  return { ask }
}

async function answersOf(step: StepRecord, journal: Pick<RunJournal, 'read'>): Promise<Map<string, UnitAnswer>> {
  const ended = [...step.units].flatMap(([name, unit]) => (unit.answered ? [{ name, unit, place: unit.answered }] : []))
  const lines = await journal.read(ended.map(({ place }) => place))
  const answers = new Map<string, UnitAnswer>()
  for (const [index, { name, unit }] of ended.entries()) {
    const { instanceId, conversationId, turnId, error } = unit
    const where = { instanceId, conversationId, turnId }
    const answer = unit.state === 'done' ? answerSchema.safeParse(lines[index]).data : undefined
    const unknown = { code: 'STEP_FAILED', message: 'No answer came.' }
    answers.set(
      name,
      answer
        ? { ...where, state: 'done', text: answer.text, output: answer.output }
        : { ...where, state: 'failed', error: error ?? unknown },
    )
  }
  return answers
}

function endOf({ step }: StepRecord, consensus: ConsensusResult): HappeningOf<'ended'> {
  const common = { type: 'ended' as const, step: step.id, output: undefined, consensus }
  if (consensus.undecided !== 'no-quorum') return { ...common, state: 'done' }
  const error = {
    code: 'NO_QUORUM',
    message: `${consensus.answers} of ${consensus.quorum} answers came, which decides nothing. Retry the step.`,
  }
  // Whoever goes on without a decision sees that there is none.
  return { ...common, state: 'failed', error }
}
