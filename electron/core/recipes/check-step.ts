import type { Consensus, RecipeStep, RecipeWorker } from '../../../shared/domain/recipe.ts'
import { nearestOf } from '../../../shared/nearest.ts'
import { answerCheck } from './answer-schema.ts'
import type { FaultList } from './fault-list.ts'
import type { Surroundings } from './recipe-check.ts'
import { kindFields, kindOf } from './step-kind.ts'
import type { StepOrder } from './step-order.ts'

export type StepChecking = { order: StepOrder; surroundings: Surroundings; faults: FaultList }

type ValuePath = readonly PropertyKey[]

/** Fields that only some kinds of steps have, and what those are. */
const onlyOf: readonly (readonly [keyof RecipeStep, readonly (typeof kindFields)[number][]])[] = [
  ['each', ['ask', 'run']],
  ['inputs', ['run']],
  ['schema', ['ask']],
  ['context', ['ask']],
  ['with', ['ask', 'consensus', 'run']],
  ['retry', ['ask', 'consensus', 'run']],
]

/** What is wrong with a step whose fields have the right types, apart from its templates. */
export function checkStep(step: RecipeStep, path: ValuePath, { order, surroundings, faults }: StepChecking): void {
  const kinds = kindFields.filter((name) => step[name] !== undefined)
  const [kind, another] = kinds
  if (kindOf(step) === null) faults.at(path, `“${step.id}” says nothing to do. Give it one of ${kindFields.join(', ')}, or “state”.`)
  if (kind !== undefined && another !== undefined)
    faults.atKey(path, another, `A step does one thing: this one has both “${kind}” and “${another}”.`)
  for (const [field, kindsWith] of onlyOf) {
    if (step[field] !== undefined && (kind === undefined || !kindsWith.includes(kind)))
      faults.atKey(path, field, `“${field}” goes with ${kindsWith.map((name) => `“${name}”`).join(' or ')}.`)
  }
  for (const field of ['ask', 'gate'] as const)
    if (step[field]?.trim() === '') faults.at([...path, field], `“${field}” is empty. Write what is asked.`)
  if (step.concurrency !== undefined && step.each === undefined) faults.atKey(path, 'concurrency', '“concurrency” goes with “each”.')
  if (step.with) checkWorker(step.with, [...path, 'with'], faults)
  if (step.consensus) checkConsensus(step.consensus, [...path, 'consensus'], faults)
  if (step.schema) checkSchema(step.schema, [...path, 'schema'], faults)
  checkWait(step, path, faults)
  checkContext(step, path, order, faults)
  checkRun(step, path, surroundings, faults)
}

/** What is wrong with the words about who works. */
export function checkWorker(worker: RecipeWorker, path: ValuePath, faults: FaultList): void {
  const named = (['instance', 'labels', 'new'] as const).filter((name) => worker[name] !== undefined)
  const [first, second] = named
  if (first !== undefined && second !== undefined) faults.atKey(path, second, `Choose one: “${first}” or “${second}”.`)
  checkWay(worker, path, faults)
  if (first === undefined && worker.fresh === undefined && worker.way === undefined)
    faults.at(path, 'Say who works: “instance”, “labels” or “new”. Leave “with” out to let the pool choose.')
}

function checkWay({ way, fresh, new: launch }: RecipeWorker, path: ValuePath, faults: FaultList): void {
  if (way === undefined) return
  if (fresh !== undefined || launch?.way !== undefined) faults.atKey(path, 'way', 'The way is said twice here. Keep one of both.')
  if (launch === undefined && (way === 'kept-alive' || way === 'event-driven'))
    faults.atKey(path, 'way', `“${way}” goes with “new”. An instance that exists has its way in its own settings.`)
}

function checkConsensus({ ask, options, voters, quorum, decide, judge }: Consensus, path: ValuePath, faults: FaultList): void {
  const count = typeof voters === 'number' ? voters : voters.length
  if (ask.trim() === '') faults.at([...path, 'ask'], '“ask” is empty. Write what is asked.')
  if (decide === 'vote' && options === undefined) faults.at(path, 'A vote needs “options”: the answers to choose from.')
  if (decide === 'vote' && judge !== undefined) faults.atKey(path, 'judge', 'A vote has no judge. Use “decide: judge” or leave it out.')
  if (decide === 'synthesize' && options !== undefined)
    faults.atKey(path, 'options', '“options” goes with “decide: vote” or “decide: judge”.')
  if (quorum !== undefined && quorum > count) faults.at([...path, 'quorum'], `${count} voters can’t reach a quorum of ${quorum}.`)
  if (Array.isArray(options) && new Set(options).size < options.length) faults.at([...path, 'options'], 'Each option stands there once.')
  if (Array.isArray(voters)) for (const [index, voter] of voters.entries()) checkWorker(voter, [...path, 'voters', index], faults)
  if (judge) checkWorker(judge, [...path, 'judge'], faults)
}

function checkSchema(schema: NonNullable<RecipeStep['schema']>, path: ValuePath, faults: FaultList): void {
  const check = answerCheck(schema)
  if (typeof check === 'string') faults.at(path, `This is no JSON Schema: ${check}.`)
}

function checkWait({ wait }: RecipeStep, path: ValuePath, faults: FaultList): void {
  if (!wait) return
  const given = (['seconds', 'until', 'event'] as const).filter((name) => wait[name] !== undefined)
  if (given.length !== 1) faults.at([...path, 'wait'], 'A wait has one of “seconds”, “until” and “event”.')
  const { until } = wait
  if (until !== undefined && !until.includes('{{') && Number.isNaN(Date.parse(until)))
    faults.at([...path, 'wait', 'until'], '“until” is a time such as 2027-01-31T09:00:00Z.')
}

function checkContext({ id, context }: RecipeStep, path: ValuePath, order: StepOrder, faults: FaultList): void {
  const from = context?.startsWith('step:') === true ? context.slice('step:'.length) : null
  if (from === null || order.isBefore(from, id)) return
  faults.at(
    [...path, 'context'],
    order.needs.has(from) ? `“${from}” may not have ended by then: add it to “needs”.` : `There is no step “${from}”.`,
  )
}

function checkRun({ run }: RecipeStep, path: ValuePath, { recipes }: Surroundings, faults: FaultList): void {
  if (run === undefined || run.includes('{{') || recipes.includes(run)) return
  const nearest = nearestOf(run, recipes)
  faults.at([...path, 'run'], `There is no recipe “${run}”.${nearest === null ? '' : ` Did you mean “${nearest}”?`}`)
}
