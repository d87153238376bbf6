import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { AppError, toAppError } from './app-error.ts'

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'bullpen-fault-'))
  onTestFinished(() => rmSync(made, { recursive: true, force: true }))
  return made
}

function thrownBy(work: () => unknown): AppError {
  try {
    work()
  } catch (thrown) {
    return toAppError(thrown)
  }
  throw new Error('Nothing was thrown.')
}

test('a fault of the system is said in words, with the file that it is about', () => {
  const here = folder()
  writeFileSync(join(here, 'file'), '')
  const faults: [() => unknown, string][] = [
    [() => readFileSync(join(here, 'gone')), 'UNAVAILABLE'],
    [() => readFileSync(join(here, 'file', 'inside')), 'STATE_CONFLICT'],
    [() => readFileSync(here), 'STATE_CONFLICT'],
    [() => readdirSync(join(here, 'x'.repeat(300))), 'BAD_REQUEST'],
    [() => new DatabaseSync(join(here, 'none', 'data.sqlite')), 'UNAVAILABLE'],
  ]
  for (const [work, code] of faults) {
    const error = thrownBy(work)
    expect(error).toMatchObject({ code })
    expect(error.message).not.toMatch(/inside Bullpen|ENOENT|ENOTDIR|EISDIR/)
    expect(error.cause).toBeInstanceOf(Error)
  }
  expect(thrownBy(() => readFileSync(join(here, 'gone'))).message).toContain(join(here, 'gone'))
})

test('what is no fault of a file stays a fault of ours, and an error of ours stays as it is', () => {
  expect(thrownBy(() => execFileSync('/nowhere/at-all'))).toMatchObject({ code: 'INTERNAL' })
  expect(thrownBy(() => JSON.parse('{'))).toMatchObject({ code: 'INTERNAL' })
  expect(toAppError('words')).toMatchObject({ code: 'INTERNAL' })
  const own = new AppError('TASK_GONE', 'Gone.')
  expect(toAppError(own)).toBe(own)
})
