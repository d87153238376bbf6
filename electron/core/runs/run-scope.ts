import { z } from 'zod'
import { Pace } from '../recipes/in-slices.ts'
import type { Reference } from '../recipes/templates.ts'
import type { LinePlace } from '../storage/append-log.ts'
import { hasEnded, unitAt, type RunRecord, type StepRecord } from './run-record.ts'

type Read = (places: readonly LinePlace[]) => Promise<unknown[]>

const answerSchema = z.object({ text: z.string().default(''), output: z.unknown().optional() })
type Answer = z.infer<typeof answerSchema>

/** Fields of a step for which its answers have to be read. */
const ofAnswers = new Set(['text', 'output', 'texts', 'outputs', 'items'])

/** What templates of a run can name. Answers lie in the journal and are read when a template names them. */
export class RunScope {
  readonly #run: RunRecord
  readonly #read: Read
  readonly #answers = new Map<string, { of: string; views: Promise<object> }>()

  constructor(run: RunRecord, read: Read) {
    this.#run = run
    this.#read = read
  }

  /** The values for templates that name these, and what a part of a step adds to them. */
  async of(references: readonly Reference[], part: { item?: unknown; index?: number } = {}): Promise<object> {
    const { header, remembered } = this.#run
    const steps = await this.#steps(references)
    const run = { id: header.id, recipe: header.recipe.recipe, startedAt: header.at }
    return { inputs: header.inputs, steps, state: remembered, trigger: header.trigger, run, ...part }
  }

  /** What a step has put out, of all its parts. */
  async answersOf(step: StepRecord): Promise<object> {
    const { id } = step.step
    // What was read holds until the step is another.
    const of = `${step.round} ${step.state} ${step.endedMs ?? ''} ${step.attempts}`
    const known = this.#answers.get(id)
    if (known?.of === of) return known.views
    const views = readAnswers(step, this.#read)
    this.#answers.set(id, { of, views })
    return views
  }

  async #steps(references: readonly Reference[]): Promise<Record<string, object>> {
    const all = references.some(({ path }) => path[0] === 'steps' && path.length === 1)
    const named = new Set(references.flatMap(({ path: [root, id] }) => (root === 'steps' && id !== undefined ? [id] : [])))
    const steps: Record<string, object> = {}
    for (const [id, step] of this.#run.steps) {
      if (!(all || named.has(id)) || !hasEnded(step)) continue
      const reads =
        all || references.some(({ path }) => path[0] === 'steps' && path[1] === id && (path[2] === undefined || ofAnswers.has(path[2])))
      steps[id] = { ...stateOf(step), ...(reads ? await this.answersOf(step) : {}) }
    }
    return steps
  }
}

function stateOf({ state, attempts, spent, error, message }: StepRecord): object {
  return { state, attempts, costUsd: spent.costUsd, error: error ?? null, message: message ?? '' }
}

async function readAnswers(step: StepRecord, read: Read): Promise<object> {
  if (step.consensus) return { text: step.consensus.decision ?? '', output: step.consensus }
  if (step.ended) {
    const [own] = await read([step.ended])
    const output = answerSchema.safeParse(own).data?.output
    return { text: typeof output === 'string' ? output : (step.message ?? ''), output, texts: [], outputs: [], items: [] }
  }
  const names = Array.from({ length: step.total }, (_, index) => unitAt(step, index))
  const units = names.map((name) => step.units.get(name))
  const places = units.flatMap((unit) => (unit?.state === 'done' && unit.answered ? [unit.answered] : []))
  const lines = await read(places)
  const answers: Answer[] = []
  const pace = new Pace()
  for (const line of lines) {
    answers.push(answerSchema.safeParse(line).data ?? { text: '', output: undefined })
    await pace.rest()
  }
  const texts = answers.map(({ text }) => text)
  const outputs = answers.map(outputOf)
  if (step.kind !== 'each') return { text: texts[0] ?? '', output: outputs[0] ?? null, texts, outputs }
  const byPlace = new Map(places.map(({ offset }, at) => [offset, answers[at]]))
  const items = units.map((unit, index) => {
    const answer = unit?.state === 'done' && unit.answered ? byPlace.get(unit.answered.offset) : undefined
    const output = answer ? outputOf(answer) : null
    return { index, state: unit?.state ?? 'waiting', text: answer?.text ?? '', output, error: unit?.error ?? null }
  })
  return { text: texts.join('\n\n'), output: outputs, texts, outputs, items }
}

/** Without a schema the text is what comes out. */
function outputOf({ text, output }: Answer): unknown {
  return output === undefined ? text : output
}
