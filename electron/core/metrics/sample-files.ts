import { appendFileSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SamplesInput } from '../../../shared/contract/metrics.ts'
import type { TopicFiguresInput } from '../../../shared/contract/run-figures.ts'
import type { TopicFigures } from '../../../shared/domain/run-figures.ts'
import type { SampleSeries } from '../../../shared/domain/metrics.ts'
import { makeOwnFolder } from '../storage/own-folder.ts'
import { joinSamples, sampleOf, sampleSchema, seriesOfSamples, type Look, type Sample } from './samples.ts'
import { rangeOf } from './selection.ts'
import { startOfDay } from './tiers.ts'
import { seriesOfTopics } from './topic-samples.ts'

const dayMs = 86_400_000
/** A look stands for at most this long: whatever comes after is a time in which nobody looked. */
const mostSeconds = 90
/** From so many days on, looks are joined to so many seconds. */
const levels = [
  { days: 366, seconds: 3_600 },
  { days: 31, seconds: 600 },
  { days: 3, seconds: 60 },
]
const mostCached = 64
const fileName = /^(\d{4}-\d{2}-\d{2})\.(\d+)s\.jsonl$/

/**
 * What the pool looked like, a file for each day. This is known from nowhere else, so it lies apart from what can be made again.
 * A line that cannot be read is passed over.
 */
export class SampleFiles {
  readonly #folder: string
  readonly #cache = new Map<string, Sample[]>()
  #lastAt: number | null = null

  constructor(folder: string) {
    this.#folder = folder
    makeOwnFolder(folder)
  }

  add(look: Look): void {
    const since = this.#lastAt === null ? 0 : (look.at - this.#lastAt) / 1_000
    this.#lastAt = look.at
    const seconds = since > 0 ? Math.min(mostSeconds, Math.round(since)) : 10
    const sample = sampleOf(look, Math.max(1, seconds))
    const name = `${dayOf(look.at)}.10s.jsonl`
    appendFileSync(join(this.#folder, name), `${JSON.stringify(sample)}\n`, { mode: 0o600 })
    this.#cache.get(name)?.push(sample)
  }

  series(input: SamplesInput, now: number): SampleSeries {
    const { samples, widest } = this.#between(input, now)
    return seriesOfSamples(input, samples, widest * 1_000, now)
  }

  topics(input: TopicFiguresInput, now: number): TopicFigures {
    const { samples, widest } = this.#between(input, now)
    return seriesOfTopics(input, samples, widest * 1_000, now)
  }

  #between(input: Parameters<typeof rangeOf>[0], now: number): { samples: Sample[]; widest: number } {
    const { from, to } = rangeOf(input, now)
    const samples: Sample[] = []
    let widest = 10
    for (const { name, day, seconds } of this.#files()) {
      if (day + dayMs <= from || day >= to) continue
      widest = Math.max(widest, seconds)
      for (const sample of this.#read(name)) samples.push(sample)
    }
    return { samples, widest }
  }

  /** Joins the looks of days that have become old enough. */
  tend(now: number): void {
    const today = startOfDay(now)
    for (const { name, day, seconds } of this.#files()) {
      const level = levels.find(({ days }) => (today - day) / dayMs >= days)
      if (!level || level.seconds <= seconds) continue
      const joined = joinSamples(this.#read(name), level.seconds * 1_000)
      const next = `${dayOf(day)}.${level.seconds}s.jsonl`
      const temporary = join(this.#folder, `${next}.tmp`)
      writeFileSync(temporary, joined.map((sample) => `${JSON.stringify(sample)}\n`).join(''), { mode: 0o600 })
      renameSync(temporary, join(this.#folder, next))
      rmSync(join(this.#folder, name), { force: true })
      this.#cache.delete(name)
    }
  }

  /** By day; where a crash left a day twice, the coarser one counts, which is the later. */
  #files(): { name: string; day: number; seconds: number }[] {
    const found = new Map<number, { name: string; day: number; seconds: number }>()
    for (const name of readdirSync(this.#folder)) {
      const [, date, width] = fileName.exec(name) ?? []
      if (date === undefined) continue
      const file = { name, day: Date.parse(date), seconds: Number(width) }
      if ((found.get(file.day)?.seconds ?? 0) < file.seconds) found.set(file.day, file)
    }
    return [...found.values()].toSorted((a, b) => a.day - b.day)
  }

  #read(name: string): Sample[] {
    const known = this.#cache.get(name)
    if (known) return known
    const samples = readFileSync(join(this.#folder, name), 'utf8')
      .split('\n')
      .flatMap((line) => sampleOfLine(line) ?? [])
    const [oldest] = this.#cache.keys()
    if (oldest !== undefined && this.#cache.size >= mostCached) this.#cache.delete(oldest)
    this.#cache.set(name, samples)
    return samples
  }
}

function sampleOfLine(line: string): Sample | null {
  if (line === '') return null
  try {
    return sampleSchema.safeParse(JSON.parse(line)).data ?? null
  } catch {
    return null
  }
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}
