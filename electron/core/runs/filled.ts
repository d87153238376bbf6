import { z } from 'zod'
import { AppError } from '../../../shared/app-error.ts'
import { workerSchema, type RecipeWorker } from '../../../shared/domain/recipe.ts'

/** Items of one fan-out. */
const mostItems = 100_000

const recordSchema = z.record(z.string(), z.unknown())

/** What a filled-in `each` gives: a list, or a text that is one as JSON or line by line. */
export function itemsOf(value: unknown): unknown[] {
  const list = Array.isArray(value) ? value : typeof value === 'string' ? listIn(value) : null
  if (!list) throw new AppError('BAD_REQUEST', '“each” has to give a list. Change what it is made from.')
  if (list.length > mostItems)
    throw new AppError('BAD_REQUEST', `“each” gives ${list.length} items; at most ${mostItems} are taken. Split the list.`)
  return list
}

function listIn(text: string): unknown[] {
  const parsed = z.array(z.unknown()).safeParse(jsonOf(text)).data
  return parsed ?? text.split(/\r?\n/).flatMap((line) => (line.trim() === '' ? [] : [line.trim()]))
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** What stands in a prompt. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  return value === undefined || value === null ? '' : JSON.stringify(value, null, 2)
}

export function recordOf(value: unknown): Record<string, unknown> {
  return recordSchema.safeParse(value).data ?? {}
}

/** Throws BAD_REQUEST where a filled-in worker is none. */
export function workerFrom(value: unknown): RecipeWorker | null {
  if (value === null || value === undefined) return null
  const read = workerSchema.safeParse(value)
  if (read.success) return read.data
  throw new AppError('BAD_REQUEST', `“with” cannot be filled in: ${read.error.issues[0]?.message ?? 'it is no worker'}. Change the recipe.`)
}

/** ISO 8601. Throws BAD_REQUEST where it is no time. */
export function timeOf(value: unknown): string {
  const at = Date.parse(textOf(value).trim())
  if (Number.isNaN(at)) throw new AppError('BAD_REQUEST', `“${textOf(value)}” is no time. Write one such as 2027-01-31T09:00:00Z.`)
  return new Date(at).toISOString()
}

/** Throws BAD_REQUEST where it is no number of seconds. */
export function secondsOf(value: unknown): number {
  const seconds = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value)
  if (Number.isFinite(seconds) && seconds >= 0 && seconds <= 31_536_000) return seconds
  throw new AppError('BAD_REQUEST', `“${textOf(value)}” is no number of seconds up to a year. Change the recipe.`)
}
