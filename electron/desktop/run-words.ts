import type { RunSummary } from '../../shared/domain/run.ts'
import { stepAskWords } from '../../shared/notification-words.ts'

/** What a notification says; `address`: where on the page it leads. */
export type Words = { id: string; title: string; body: string; address: string }

/** What is told of runs: each step that begins to wait for a person, and that a run has ended; nothing of before the app was started. */
export class RunWords {
  readonly #since = new Date().toISOString()
  /** What waits, by its run. */
  readonly #asked = new Map<string, ReadonlySet<string>>()

  /** `fresh`: what is to be told now. `gone`: the ids of what waits no more. */
  take({ id: runId, title, state, cause, asks, error, endedAt }: RunSummary): { fresh: Words[]; gone: string[] } {
    const before = this.#asked.get(runId)
    const fresh: Words[] = []
    const now = new Set<string>()
    for (const ask of asks) {
      // Approvals are told by themselves, and what waits in a nested run by that run.
      if (ask.kind === 'approval' || ask.kind === 'run') continue
      const id = `${runId}/${ask.stepId}/${ask.since}`
      now.add(id)
      if (before?.has(id) === true || ask.since < this.#since) continue
      fresh.push({ id, ...stepAskWords(title, ask), address: `#/run/${runId}/${ask.stepId}` })
    }
    if (endedAt === null) this.#asked.set(runId, now)
    // Only of one whose way was followed, and only once.
    else if (this.#asked.delete(runId) && cause.kind !== 'run' && state !== 'cancelled')
      fresh.push({ id: runId, title, body: state === 'done' ? 'Done' : (error?.message ?? 'The run failed.'), address: `#/run/${runId}` })
    return { fresh, gone: [...(before ?? [])].filter((id) => !now.has(id)) }
  }
}
