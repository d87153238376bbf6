import { renameSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { firingFigureSchema, runFigureSchema, type FiringFigure, type RunFigure } from '../../../shared/domain/run-figures.ts'
import { LineFile } from './line-file.ts'

const lineSchema = z.union([z.object({ run: runFigureSchema }), z.object({ firings: firingFigureSchema })])
type Line = z.infer<typeof lineSchema>

export type RunLogLimits = { mostRuns: number; mostFirings: number }

const usualLimits: RunLogLimits = { mostRuns: 20_000, mostFirings: 20_000 }
const minuteMs = 60_000

/**
 * Runs that have ended and triggers that have fired: what is left of them when their journals have left the list. The newest are kept.
 * Firings that are alike are joined by the minute.
 */
export class RunLog {
  readonly #path: string
  readonly #file: LineFile<Line>
  readonly #limits: RunLogLimits
  readonly #runs = new Map<string, RunFigure>()
  readonly #firings = new Map<string, FiringFigure>()
  #lines = 0
  #forgottenBefore: string | null = null

  constructor(path: string, limits: RunLogLimits = usualLimits) {
    this.#path = path
    this.#limits = limits
    this.#file = new LineFile(path, lineSchema)
    const lines = this.#file.read()
    this.#lines = lines.length
    this.#take(lines)
    this.#tidy()
  }

  /** The one that ended last is the last. */
  get runs(): Iterable<RunFigure> {
    return this.#runs.values()
  }

  get firings(): Iterable<FiringFigure> {
    return this.#firings.values()
  }

  /** What ended, or fired, before this time is not told of any more; null when all is. */
  get forgottenBefore(): string | null {
    return this.#forgottenBefore
  }

  /** Writes it down, then takes it. Throws when the disk takes nothing. */
  add(lines: readonly Line[]): void {
    this.#file.append(lines)
    this.#lines += lines.length
    this.#take(lines)
    this.#tidy()
  }

  #take(lines: readonly Line[]): void {
    for (const line of lines) {
      if ('run' in line) {
        this.#runs.delete(line.run.id)
        this.#runs.set(line.run.id, line.run)
        continue
      }
      const { at, recipe, outcome, count } = line.firings
      const minute = new Date(Math.floor(Date.parse(at) / minuteMs) * minuteMs).toISOString()
      const key = `${minute} ${recipe} ${outcome}`
      const known = this.#firings.get(key)
      this.#firings.set(key, { at: minute, recipe, outcome, count: count + (known?.count ?? 0) })
    }
    this.#forget(this.#runs, this.#limits.mostRuns, ({ endedAt }) => endedAt)
    this.#forget(this.#firings, this.#limits.mostFirings, ({ at }) => at)
  }

  #forget<T>(all: Map<string, T>, most: number, timeOf: (one: T) => string): void {
    for (const [key, one] of all) {
      if (all.size <= most) return
      all.delete(key)
      const at = timeOf(one)
      if (this.#forgottenBefore === null || at > this.#forgottenBefore) this.#forgottenBefore = at
    }
  }

  /** The file is at most twice as long as what is kept. */
  #tidy(): void {
    const { mostRuns, mostFirings } = this.#limits
    if (this.#lines <= 2 * (mostRuns + mostFirings)) return
    const lines: Line[] = [
      ...[...this.#runs.values()].map((run) => ({ run })),
      ...[...this.#firings.values()].map((firings) => ({ firings })),
    ]
    try {
      writeFileSync(`${this.#path}.tmp`, lines.map((line) => `${JSON.stringify(line)}\n`).join(''), { mode: 0o600 })
      renameSync(`${this.#path}.tmp`, this.#path)
      this.#lines = lines.length
    } catch {
      // A full disk: it stays as long as it is, and is tried again with the next run.
    }
  }
}
