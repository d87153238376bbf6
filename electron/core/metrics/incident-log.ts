import { incidentSchema, type Incident } from '../../../shared/domain/metrics.ts'
import { LineFile } from './line-file.ts'

/** Older ones than so many are forgotten when the app starts; their turns still tell of them. */
const mostKept = 20_000

/** Crashes and restarts, which no turn tells of: a file that only grows. A line that cannot be read is passed over. */
export class IncidentLog {
  readonly #file: LineFile<Incident>
  readonly #incidents: Incident[]

  constructor(path: string) {
    this.#file = new LineFile(path, incidentSchema)
    this.#incidents = this.#file.read().slice(-mostKept)
  }

  add(incidents: readonly Incident[]): void {
    this.#file.append(incidents)
    this.#incidents.push(...incidents)
  }

  /** Those from a time (inclusive) to a time (exclusive) that concern one of the instances and conversations, if any are named. */
  between(from: number, to: number, only: { instances: readonly string[] | null; conversations: readonly string[] | null }): Incident[] {
    return this.#incidents.filter(({ at, instanceId, conversationId }) => {
      const time = Date.parse(at)
      return time >= from && time < to && fits(only.instances, instanceId) && fits(only.conversations, conversationId)
    })
  }
}

function fits(wanted: readonly string[] | null, id: string | null): boolean {
  return wanted === null || wanted.includes(id ?? '')
}
