import { AppError } from '../../../shared/app-error.ts'
import type { Recipe } from '../../../shared/domain/recipe.ts'
import type { RunSummary } from '../../../shared/domain/run.ts'
import type { RunHeader } from './journal-entry.ts'
import { bodyDigest } from './run-ids.ts'
import { inputsFor } from './run-inputs.ts'
import type { RunRecord } from './run-record.ts'
import type { HandedIn, Live, PartAsk, UnitEnd, UnitHost } from './unit-host.ts'

/** Runs nest no deeper than this. */
const mostDepth = 5

export type ChildRunsDeps = {
  start: (header: Omit<RunHeader, 'type' | 'version' | 'at' | 'ms'>) => Promise<string>
  recipe: (name: string, folder: string | null) => Promise<Recipe | null>
  record: (id: string) => Promise<RunRecord | null>
  summary: (id: string) => RunSummary | undefined
  taken: (id: string) => Live
  cancel: (id: string) => Promise<void>
}

/** Parts of steps that are runs of their own. */
export class ChildRuns implements UnitHost {
  readonly #deps: ChildRunsDeps
  readonly #tells = new Map<string, (end: UnitEnd) => void>()

  constructor(deps: ChildRunsDeps) {
    this.#deps = deps
  }

  readonly find = async ({ taskId }: HandedIn['ids']): Promise<UnitEnd | 'open' | null> => {
    const summary = this.#deps.summary(taskId)
    if (!summary) return null
    const record = summary.endedAt === null ? null : await this.#deps.record(taskId)
    return record?.finished ? endOf(record) : 'open'
  }

  readonly add = async ({ ids, ask, origin }: HandedIn): Promise<void> => {
    const parent = await this.#deps.record(origin.runId)
    const depth = (parent?.header.depth ?? 0) + 1
    if (depth > mostDepth)
      throw new AppError('BAD_REQUEST', `Runs can be nested ${mostDepth} deep, and this would be deeper. Change the recipe “${ask.text}”.`)
    const folder = parent?.header.folder ?? null
    const recipe = await this.#deps.recipe(ask.text, folder)
    if (!recipe) throw new AppError('NOT_FOUND', `There is no recipe “${ask.text}”. Save one under that name, then retry.`)
    const given = ask.inputs ?? {}
    const index = /^\d+$/.test(origin.unit) ? Number(origin.unit) : null
    await this.#deps.start({
      id: ids.taskId,
      recipe: ask.worker && !recipe.with ? { ...recipe, with: ask.worker } : recipe,
      inputs: inputsFor(recipe, given),
      key: null,
      digest: await bodyDigest({ recipe, inputs: given }),
      cause: { kind: 'run', runId: origin.runId, stepId: origin.stepId, index },
      depth,
      trigger: parent?.header.trigger ?? {},
      folder,
    })
  }

  readonly cancel = async (taskId: string): Promise<void> => {
    const summary = this.#deps.summary(taskId)
    if (summary?.endedAt === null) await this.#deps.cancel(taskId)
  }

  readonly live = (taskId: string): Live => this.#deps.taken(taskId)

  readonly asks = (taskId: string): readonly PartAsk[] => {
    const [first] = this.#deps.summary(taskId)?.asks ?? []
    return first === undefined ? [] : [{ kind: 'run', text: first.text, since: first.since, runId: taskId }]
  }

  readonly onEnd = (taskId: string, tell: (end: UnitEnd) => void): (() => void) => {
    this.#tells.set(taskId, tell)
    return () => {
      if (this.#tells.get(taskId) === tell) this.#tells.delete(taskId)
    }
  }

  /** A run has ended; whoever began it hears of it. */
  ended(run: RunRecord): void {
    if (run.finished) this.#tells.get(run.header.id)?.(endOf(run))
  }
}

function endOf({ header, finished, spent, conversationId }: RunRecord): UnitEnd {
  const state = finished?.state ?? 'failed'
  // A limit of the nested run is none of the outer one.
  const error = finished?.error ? { ...finished.error, data: { runId: header.id } } : state === 'cancelled' ? cancelled : null
  const texts = Object.values(finished?.outputs ?? {}).filter((value) => typeof value === 'string')
  const output = state === 'done' ? (finished?.outputs ?? {}) : undefined
  return { state, text: texts[0] ?? '', output, error, isCutOff: false, turns: [], spent, conversationId, instanceId: null }
}

const cancelled = { code: 'WITHDRAWN', message: 'The nested run was cancelled. Retry this step to run it again.' }
