import { describe, expect, test } from 'vitest'
import { addCounts, countOne, countPlaywright, countsLine, countVitest } from './test-counts.ts'

const vitest = { numPassedTests: 3, numFailedTests: 0, numPendingTests: 1, numTodoTests: 0, testResults: [] }
const playwright = { stats: { expected: 2, unexpected: 0, flaky: 0, skipped: 0 }, errors: [] }

describe('counting what was run', () => {
  test('passed, failed and skipped are those of the report', () => {
    expect(countVitest(vitest, 0)).toEqual({ passed: 3, failed: 0, skipped: 1 })
    expect(countPlaywright({ ...playwright, stats: { expected: 2, unexpected: 1, flaky: 0, skipped: 4 } }, 1)).toEqual({
      passed: 2,
      failed: 1,
      skipped: 4,
    })
  })

  test('a missing report is a failure', () => {
    expect(countVitest(undefined, 0).failed).toBe(1)
    expect(countPlaywright(undefined, 0).failed).toBe(1)
  })

  test('a run without tests is a failure', () => {
    expect(countVitest({ ...vitest, numPassedTests: 0 }, 0).failed).toBe(1)
    expect(countPlaywright({ ...playwright, stats: { ...playwright.stats, expected: 0 } }, 0).failed).toBe(1)
  })

  test('a file that does not parse is a failure', () => {
    const testResults = [{ name: 'a.test.ts', status: 'failed', assertionResults: [] }]
    expect(countVitest({ ...vitest, testResults }, 1).failed).toBe(1)
    expect(countPlaywright({ ...playwright, errors: [{ message: 'unexpected token' }] }, 1).failed).toBe(1)
  })

  test('a tool that ends badly without a failed test is one failure', () => {
    expect(countVitest(vitest, 1).failed).toBe(1)
    expect(countVitest(vitest, null).failed).toBe(1)
  })

  test('a test that passed only when repeated has failed', () => {
    expect(countPlaywright({ ...playwright, stats: { ...playwright.stats, flaky: 1 } }, 0).failed).toBe(1)
  })

  test('the line names skipped ones only where there are any', () => {
    expect(countsLine(addCounts([countOne(0), countOne(1), countVitest(vitest, 0)]))).toBe('4 passed, 1 failed, 1 skipped')
    expect(countsLine(countOne(0))).toBe('1 passed, 0 failed')
  })
})
