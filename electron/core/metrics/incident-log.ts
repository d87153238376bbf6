import { appendFileSync, readFileSync } from 'node:fs'
import { incidentSchema, type Incident } from '../../../shared/domain/metrics.ts'

/** Older ones than so many are forgotten when the app starts; their turns still tell of them. */
const mostKept = 20_000

/** Crashes and restarts, which no turn tells of: a file that only grows. A line that cannot be read is passed over. */
export class IncidentLog {
  readonly #path: string
  readonly #incidents: Incident[]

  constructor(path: string) {
    this.#path = path
    this.#incidents = textOf(path)
      .split('\n')
      .flatMap((line) => incidentSchema.safeParse(parseJson(line)).data ?? [])
      .slice(-mostKept)
  }

  add(incidents: readonly Incident[]): void {
    if (incidents.length === 0) return
    appendFileSync(this.#path, incidents.map((incident) => `${JSON.stringify(incident)}\n`).join(''), { mode: 0o600 })
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

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
