import path from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { z } from 'zod'

/** A test that failed: where it stands, what it is called, and the first line of what went wrong. */
export type Failure = { file: string; name: string; error: string }

/** A log may be cut to its end: the list stays short enough to be in it whole. */
const mostListed = 30
const mostOfError = 240

const vitestSchema = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().optional(),
      assertionResults: z.array(z.object({ status: z.string(), fullName: z.string(), failureMessages: z.array(z.string()).nullish() })),
    }),
  ),
})

const errorSchema = z.object({ message: z.string().optional(), location: z.object({ file: z.string() }).optional() })
const specSchema = z.object({
  title: z.string(),
  file: z.string(),
  tests: z.array(
    z.object({
      projectName: z.string(),
      status: z.string(),
      results: z.array(z.object({ status: z.string(), errors: z.array(errorSchema).optional() })),
    }),
  ),
})
const suiteSchema = z.object({
  title: z.string(),
  file: z.string(),
  specs: z.array(specSchema),
  get suites() {
    return z.array(suiteSchema).optional()
  },
})
const playwrightSchema = z.object({
  suites: z.array(suiteSchema),
  errors: z.array(errorSchema),
  config: z.object({ rootDir: z.string() }).optional(),
})

type Suite = z.infer<typeof suiteSchema>
type Spec = z.infer<typeof specSchema>

/** The failed tests of Vitest's JSON report; a file that failed without a failed test is one of its own. */
export function vitestFailures(report: unknown, root: string): Failure[] {
  const parsed = vitestSchema.safeParse(report)
  if (!parsed.success) return []
  return parsed.data.testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = path.relative(root, name)
    const failed = assertionResults.filter((one) => one.status === 'failed')
    if (failed.length === 0)
      return status === 'failed' ? [{ file, name: 'the file as a whole', error: firstLine(message?.replace(':\n', ': ')) }] : []
    return failed.map(({ fullName, failureMessages }) => ({ file, name: fullName, error: firstLine(failureMessages?.[0]) }))
  })
}

/** The failed tests of Playwright's JSON report, and what failed around them. */
export function playwrightFailures(report: unknown, root: string): Failure[] {
  const parsed = playwrightSchema.safeParse(report)
  if (!parsed.success) return []
  const { suites, errors, config } = parsed.data
  const place = (file: string): string => path.relative(root, path.resolve(config?.rootDir ?? root, file))
  const around = errors.map(({ message, location }) => ({
    file: location === undefined ? '' : place(location.file),
    name: 'around the tests',
    error: firstLine(message),
  }))
  return [...suites.flatMap((suite) => suiteFailures(suite, [], place)), ...around]
}

/** The lines that name what failed; none where nothing did. */
export function failureLines(failures: readonly Failure[]): string[] {
  if (failures.length === 0) return []
  const listed = failures
    .slice(0, mostListed)
    .flatMap(({ file, name, error }) => [`✗ ${[file, name].filter((part) => part !== '').join(' › ')}`, `    ${error}`])
  const left = failures.length - mostListed
  return ['Failed:', ...listed, ...(left > 0 ? [`and ${left} more`] : [])]
}

function suiteFailures({ title, file, specs, suites }: Suite, above: readonly string[], place: (file: string) => string): Failure[] {
  // The outermost suite is the file.
  const titles = title === file ? above : [...above, title]
  const own = specs.flatMap((spec) => specFailures(spec, titles, place))
  return [...own, ...(suites ?? []).flatMap((suite) => suiteFailures(suite, titles, place))]
}

function specFailures({ title, file, tests }: Spec, titles: readonly string[], place: (file: string) => string): Failure[] {
  return tests
    .filter(({ status }) => status === 'unexpected' || status === 'flaky')
    .map(({ projectName, status, results }) => {
      const error = firstLine(results.flatMap((result) => result.errors ?? [])[0]?.message)
      const name = [`[${projectName}]`, ...titles, title].join(' ')
      return { file: place(file), name, error: status === 'flaky' ? `passed only when repeated: ${error}` : error }
    })
}

function firstLine(message = ''): string {
  const line = stripVTControlCharacters(message)
    .split('\n')
    .find((one) => one.trim() !== '')
  return line === undefined ? 'no message' : line.trim().slice(0, mostOfError)
}
