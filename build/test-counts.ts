import { z } from 'zod'

/** What a step of `npm test` came to. */
export type Counts = { passed: number; failed: number; skipped: number }

const vitestSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  testResults: z.array(z.object({ name: z.string(), status: z.string(), assertionResults: z.array(z.object({ status: z.string() })) })),
})

const playwrightSchema = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number(), skipped: z.number() }),
  errors: z.array(z.unknown()),
})

/** A step that is one check: it passes or it does not. */
export function countOne(exitCode: number | null): Counts {
  return exitCode === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 }
}

/**
 * The counts of Vitest's JSON report. A file that could not be read has no failed test, but is a failure; so is a
 * run without tests and one that ended badly without saying why.
 */
export function countVitest(report: unknown, exitCode: number | null): Counts {
  const parsed = vitestSchema.safeParse(report)
  if (!parsed.success) return missing
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = parsed.data
  const unreadable = testResults.filter((file) => file.status === 'failed' && !file.assertionResults.some((one) => one.status === 'failed'))
  return judged({ passed: numPassedTests, failed: numFailedTests + unreadable.length, skipped: numPendingTests + numTodoTests }, exitCode)
}

/** The counts of Playwright's JSON report. A test that passed only when repeated has failed. */
export function countPlaywright(report: unknown, exitCode: number | null): Counts {
  const parsed = playwrightSchema.safeParse(report)
  if (!parsed.success) return missing
  const { stats, errors } = parsed.data
  return judged({ passed: stats.expected, failed: stats.unexpected + stats.flaky + errors.length, skipped: stats.skipped }, exitCode)
}

export function addCounts(all: readonly Counts[]): Counts {
  const sum = (pick: (counts: Counts) => number): number => all.reduce((total, counts) => total + pick(counts), 0)
  return { passed: sum((one) => one.passed), failed: sum((one) => one.failed), skipped: sum((one) => one.skipped) }
}

/** The last line of `npm test`. */
export function countsLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}

const missing: Counts = { passed: 0, failed: 1, skipped: 0 }

function judged(counts: Counts, exitCode: number | null): Counts {
  const isUnexplained = counts.failed === 0 && (exitCode !== 0 || counts.passed === 0)
  return isUnexplained ? { ...counts, failed: 1 } : counts
}
