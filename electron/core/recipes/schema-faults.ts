import type { z } from 'zod'
import { fieldsAt } from '../../../shared/domain/recipe-fields.ts'
import { nearestOf } from '../../../shared/nearest.ts'
import type { FaultList } from './fault-list.ts'

type Issue = z.core.$ZodIssue

/** Adds what zod has found, in words and at its place; zod has to report the input. `base`: where the value that it has read stands. */
export function addIssue(faults: FaultList, issue: Issue, base: readonly PropertyKey[]): void {
  const path = [...base, ...issue.path]
  if (issue.code === 'unrecognized_keys') {
    for (const key of issue.keys) faults.atKey(path, key, unknownField(key, fieldsAt(path)))
  } else if (issue.code === 'invalid_union') {
    // The alternative that came closest says what is wrong.
    const closest = issue.errors.toSorted((a, b) => depthOf(b) - depthOf(a))[0]
    if (closest === undefined || closest.length === 0 || depthOf(closest) === 0) faults.at(path, 'This can’t stand here.')
    else for (const inner of closest) addIssue(faults, inner, path)
  } else if (issue.code === 'invalid_type' && issue.input === undefined) {
    faults.at(path.slice(0, -1), `“${String(path.at(-1) ?? 'recipe')}” is missing.`)
  } else faults.at(path, wordsOf(issue, String(path.at(-1) ?? 'recipe')))
}

const types: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a block of fields',
  record: 'a block of fields',
}

function wordsOf(issue: Issue, name: string): string {
  if (issue.code === 'invalid_type') return `“${name}” has to be ${types[issue.expected] ?? issue.expected}.`
  if (issue.code === 'invalid_value') return `“${name}” is one of: ${issue.values.map(String).join(', ')}.`
  // Where we have no words of our own.
  if (/^Too (small|big)/.test(issue.message) && 'origin' in issue && issue.origin !== 'string' && issue.origin !== 'array') {
    if (issue.code === 'too_small') return `“${name}” is at least ${issue.minimum}.`
    if (issue.code === 'too_big') return `“${name}” is at most ${issue.maximum}.`
  }
  return sentenceOf(issue.message)
}

function depthOf(issues: readonly Issue[]): number {
  return Math.max(0, ...issues.map(({ path }) => path.length))
}

function sentenceOf(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`
}

function unknownField(key: string, known: readonly string[]): string {
  const nearest = nearestOf(key, known)
  if (nearest !== null) return `There is no field “${key}”. Did you mean “${nearest}”?`
  return `There is no field “${key}”.${known.length > 0 ? ` Fields here: ${known.join(', ')}.` : ''}`
}
