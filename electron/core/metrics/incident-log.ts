import { incidentSchema, type Incident } from '../../../shared/domain/metrics.ts'
import { LineFile } from './line-file.ts'

/** More than so many are not kept in memory: the oldest are left out of the answers, and that is told. */
const mostKept = 20_000

/** Crashes and restarts, which no turn tells of: a file that only grows. A line that cannot be read is passed over. */
export class IncidentLog {
  readonly #file: LineFile<Incident>
  #incidents: Incident[] = []
  #forgottenBefore: string | null = null

  constructor(path: string) {
    this.#file = new LineFile(path, incidentSchema)
    this.#take(this.#file.read())
  }

  /** Crashes and restarts before this time are not told of any more; null when all are. */
  get forgottenBefore(): string | null {
    return this.#forgottenBefore
  }

  add(incidents: readonly Incident[]): void {
    this.#file.append(incidents)
    this.#take(incidents)
  }

  /** Those from a time (inclusive) to a time (exclusive) that concern one of the instances and conversations, if any are named. */
  between(from: number, to: number, only: { instances: readonly string[] | null; conversations: readonly string[] | null }): Incident[] {
    return this.#incidents.filter(({ at, instanceId, conversationId }) => {
      const time = Date.parse(at)
      return time >= from && time < to && fits(only.instances, instanceId) && fits(only.conversations, conversationId)
    })
  }

  #take(incidents: readonly Incident[]): void {
    this.#incidents.push(...incidents)
    // A good part at once, so that it is not done with each new one.
    if (this.#incidents.length <= mostKept) return
    this.#incidents = this.#incidents.slice(-mostKept * 0.9)
    this.#forgottenBefore = this.#incidents[0]?.at ?? null
  }
}

function fits(wanted: readonly string[] | null, id: string | null): boolean {
  return wanted === null || wanted.includes(id ?? '')
}
