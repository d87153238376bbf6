import { z } from 'zod'
import { AppError, toAppError, type ErrorInfo } from '../../../shared/app-error.ts'
import type { RecipeWorker } from '../../../shared/domain/recipe.ts'
import { consensusSpec } from '../recipes/consensus/consensus-spec.ts'
import { askAgain, askFor } from '../recipes/structured-answer.ts'
import { TemplateFault } from '../recipes/templates.ts'
import { consultation } from './consult.ts'
import { templateError, Templates } from './fill.ts'
import { itemsOf, recordOf, secondsOf, textOf, timeOf, workerFrom } from './filled.ts'
import type { Happening, HappeningOf, UnitAsk } from './journal-entry.ts'
import { unitAskSchema } from './journal-entry.ts'
import type { Action } from './plan.ts'
import { childRunId, idsOf } from './run-ids.ts'
import type { RunJournal } from './run-journal.ts'
import { newUnit, type RunRecord, type StepRecord, type UnitRecord } from './run-record.ts'
import { RunScope } from './run-scope.ts'

/** Attempts at one part since the step was begun from nothing. */
const mostAttempts = 100_000

const linesSchema = {
  begun: z.object({ items: z.array(z.unknown()).default([]) }),
  faults: z.object({ faults: z.array(z.string()).default([]) }),
  asked: z.object({ ask: unitAskSchema }),
  planned: z.object({ units: z.array(z.object({ unit: z.string(), ask: unitAskSchema })) }),
}

/** Works out, from what has happened, the words of what happens next. Fills in templates; writes nothing and asks nobody. */
export class Preparer {
  readonly #run: RunRecord
  readonly #journal: Pick<RunJournal, 'read'>
  readonly #scope: RunScope
  readonly #templates = new Templates()
  /** By their text: what is handed over is one object for all parts, which is compiled once. */
  readonly #schemas = new Map<string, Record<string, unknown>>()
  /** Of the fan-outs that are under way. */
  readonly #items = new Map<string, { round: number; items: Promise<unknown[]> }>()

  constructor(run: RunRecord, journal: Pick<RunJournal, 'read'>) {
    this.#run = run
    this.#journal = journal
    this.#scope = new RunScope(run, (places) => journal.read(places))
  }

  /** How a step begins, or that it is skipped or fails at once. */
  async begin(step: StepRecord, atMs: number): Promise<Happening> {
    const { id, if: condition } = step.step
    try {
      if (condition !== undefined && !(await this.#isTrue(condition))) return ended(id, { state: 'skipped', by: 'condition' })
      return { type: 'begun', step: id, ...(await this.#beginning(step, atMs)) }
    } catch (thrown) {
      return ended(id, { state: 'failed', error: errorOf(thrown) })
    }
  }

  /** How a part is asked; where that cannot be, that it has failed. */
  async ask(step: StepRecord, name: string): Promise<HappeningOf<'asked'> | HappeningOf<'unit'>> {
    const { id } = step.step
    const unit = step.units.get(name) ?? newUnit()
    try {
      const ask = await this.#askOf(step, name, unit)
      const attempt = unit.attempt === 0 ? step.round * mostAttempts + 1 : unit.attempt + 1
      const ids = idsOf(this.#run.header.id, id, name, attempt)
      const where = ask.kind === 'turn' ? ids : { taskId: childRunId(this.#run.header.id, id, name, attempt), turnId: null }
      return { type: 'asked', step: id, unit: name, attempt, ...where, ask }
    } catch (thrown) {
      return failedUnit(id, name, unit.attempt, errorOf(thrown))
    }
  }

  /** Who of a consensus is asked next, or how it ends. */
  async consult(step: StepRecord): Promise<Happening> {
    const { id } = step.step
    try {
      const said = await consultation(step, this.#journal)
      if ('result' in said) return { ...said.result, ...(await this.#remembering(step, said.result.state)) }
      // Those that the consensus names are filled in already.
      const usual = workerFrom(await this.#fill(this.#workerOf(step)))
      const units = said.ask.map(({ unit, prompt, schema, worker }) => {
        const text = schema === null ? prompt : askFor(prompt, schema)
        return { unit, ask: { ...this.#common(step), kind: 'turn' as const, text, schema, worker: worker ?? usual } }
      })
      return { type: 'units', step: id, units }
    } catch (thrown) {
      return ended(id, { state: 'failed', error: errorOf(thrown) })
    }
  }

  async end(step: StepRecord, { state, error }: Extract<Action, { do: 'end' }>): Promise<HappeningOf<'ended'>> {
    const { verdict } = step
    this.#items.delete(step.step.id)
    try {
      const remember = await this.#remembering(step, state)
      const { by, message, output } = verdict ?? {}
      return { ...ended(step.step.id, { state, by, error }), message, output, ...remember }
    } catch (thrown) {
      return ended(step.step.id, { state: 'failed', error: errorOf(thrown) })
    }
  }

  /** What comes out of the whole; what has no value is null. */
  async outputs(): Promise<Record<string, unknown>> {
    const outputs: Record<string, unknown> = {}
    for (const [name, value] of Object.entries(this.#run.header.recipe.outputs)) outputs[name] = await this.#fill(value).catch(() => null)
    return outputs
  }

  /** In which words a part was asked. */
  async asked({ asked }: UnitRecord): Promise<UnitAsk> {
    const [line] = asked ? await this.#journal.read([asked]) : []
    return this.#withOneSchema(linesSchema.asked.parse(line).ask)
  }

  async #isTrue(condition: string): Promise<boolean> {
    const template = this.#templates.of(condition)
    return template.isTrueInSlices(await this.#scope.of(template.references))
  }

  async #beginning(step: StepRecord, atMs: number): Promise<Omit<HappeningOf<'begun'>, 'type' | 'step'>> {
    const { each, gate, wait, consensus } = step.step
    if (each !== undefined) return { items: itemsOf(await this.#fill(each)) }
    if (gate !== undefined) return { question: textOf(await this.#fill(step.prompt ?? gate)) }
    if (consensus) return { spec: await this.#specOf(step, consensus) }
    if (wait?.event !== undefined) return { question: wait.event }
    if (wait?.until !== undefined) return { due: timeOf(await this.#fill(wait.until)) }
    if (wait?.seconds !== undefined) return { due: new Date(atMs + secondsOf(await this.#fill(wait.seconds)) * 1_000).toISOString() }
    return {}
  }

  async #specOf(step: StepRecord, consensus: NonNullable<StepRecord['step']['consensus']>) {
    const asked = { ...consensus, ask: step.prompt ?? consensus.ask }
    const scope = await this.#scope.of(this.#templates.references(asked))
    const fill = (value: unknown) => this.#templates.fill(value, scope)
    const question = textOf(await fill(asked.ask))
    const given = await fill(asked.options)
    const options = Array.isArray(asked.options) && Array.isArray(given) ? given.map(textOf) : given
    const spec = consensusSpec(asked, { question, options }, `${this.#run.header.id} ${step.step.id} ${step.round}`)
    const voters: (RecipeWorker | null)[] = []
    for (const voter of spec.voters) voters.push(workerFrom(await fill(this.#inUsualWay(voter))))
    return { ...spec, voters, judge: workerFrom(await fill(this.#inUsualWay(spec.judge))) }
  }

  async #askOf(step: StepRecord, name: string, unit: UnitRecord): Promise<UnitAsk> {
    if (unit.isAskedAgain) return this.#askedAgain(unit)
    const place = step.planned.get(name)
    if (place) {
      const [line] = await this.#journal.read([place])
      const planned = linesSchema.planned.parse(line).units.find((one) => one.unit === name)
      if (!planned) throw new Error(`There is no “${name}” in ${step.step.id}.`)
      return this.#withOneSchema(planned.ask)
    }
    const part = step.kind === 'each' ? { item: (await this.#itemsOf(step))[Number(name)], index: Number(name) } : {}
    const { ask, run, inputs, schema } = step.step
    const text = textOf(await this.#fill(step.prompt ?? ask ?? run ?? '', part))
    const worker = workerFrom(await this.#fill(this.#workerOf(step), part))
    const common = { ...this.#common(step), worker }
    if (text.trim() === '')
      throw new AppError('BAD_REQUEST', `${run === undefined ? 'The prompt' : '“run”'} is empty once it is filled in. ${emptyAdvice}`)
    if (ask === undefined) return { ...common, kind: 'run', text, schema: null, inputs: recordOf(await this.#fill(inputs ?? {}, part)) }
    const asked = schema === undefined ? text : askFor(text, schema)
    return { ...common, kind: 'turn', text: asked, schema: schema === undefined ? null : this.#oneOf(schema), ...this.#contextOf(step) }
  }

  /** Goes on where the answer was given that did not fit. */
  async #askedAgain(unit: UnitRecord): Promise<UnitAsk> {
    const before = await this.asked(unit)
    const [line] = unit.answered ? await this.#journal.read([unit.answered]) : []
    const { faults } = linesSchema.faults.parse(line)
    const { conversationId } = unit
    if (conversationId === null) return before
    return { ...before, text: askAgain(faults), conversationId, forkOf: null }
  }

  #withOneSchema(ask: UnitAsk): UnitAsk {
    return ask.schema === null ? ask : { ...ask, schema: this.#oneOf(ask.schema) }
  }

  #oneOf(schema: Record<string, unknown>): Record<string, unknown> {
    const text = JSON.stringify(schema)
    const known = this.#schemas.get(text) ?? schema
    this.#schemas.set(text, known)
    return known
  }

  #common({ step }: StepRecord): Omit<UnitAsk, 'kind' | 'text' | 'schema' | 'worker'> {
    const { timeoutSeconds, priority = 5 } = step
    return { conversationId: null, forkOf: null, priority, ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }) }
  }

  #workerOf({ step }: StepRecord): RecipeWorker | null {
    return step.with ? this.#inUsualWay(step.with) : (this.#run.header.recipe.with ?? null)
  }

  /** The way of the recipe is that of all that do something in it, unless they have one. */
  #inUsualWay<W extends RecipeWorker | null>(worker: W): W {
    const usual = this.#run.header.recipe.with?.way
    if (usual === undefined || worker === null) return worker
    const { way, fresh, new: launch } = worker
    return way !== undefined || fresh !== undefined || launch?.way !== undefined ? worker : { ...worker, way: usual }
  }

  #contextOf({ step: { context } }: StepRecord): Partial<Pick<UnitAsk, 'conversationId' | 'forkOf'>> {
    if (context === 'run') return { conversationId: this.#run.conversationId }
    if (context?.startsWith('step:') !== true) return {}
    return { forkOf: this.#run.steps.get(context.slice('step:'.length))?.conversationId ?? null }
  }

  async #itemsOf(step: StepRecord): Promise<unknown[]> {
    const { id } = step.step
    const known = this.#items.get(id)
    if (known?.round === step.round) return known.items
    const items = this.#journal.read(step.begun ? [step.begun] : []).then(([line]) => linesSchema.begun.parse(line).items)
    this.#items.set(id, { round: step.round, items })
    return items
  }

  async #remembering(step: StepRecord, state: string): Promise<{ remember?: Record<string, unknown> }> {
    const set = step.step.state?.set
    return set === undefined || state !== 'done' ? {} : { remember: recordOf(await this.#fill(set)) }
  }

  async #fill(value: unknown, part?: { item?: unknown; index?: number }): Promise<unknown> {
    return this.#templates.fill(value, await this.#scope.of(this.#templates.references(value), part))
  }
}

const emptyAdvice = 'Give what it is made from a value, or skip this step.'

function ended(step: string, how: Pick<HappeningOf<'ended'>, 'state' | 'by' | 'error'>): HappeningOf<'ended'> {
  return { type: 'ended', step, output: undefined, ...how }
}

function failedUnit(step: string, unit: string, attempt: number, error: ErrorInfo): HappeningOf<'unit'> {
  const nothing = { text: '', output: undefined, turns: [], conversationId: null, instanceId: null }
  return { type: 'unit', step, unit, attempt, state: 'failed', error, ...nothing }
}

function errorOf(thrown: unknown): ErrorInfo {
  return thrown instanceof TemplateFault ? templateError(thrown) : toAppError(thrown).toInfo()
}
