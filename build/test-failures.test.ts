import { describe, expect, test } from 'vitest'
import { failureLines, playwrightFailures, vitestFailures } from './test-failures.ts'

const red = (text: string): string => `\u001B[31m${text}\u001B[39m`

describe('naming what failed', () => {
  test('of unit tests: file, name and the first line of the error', () => {
    const testResults = [
      {
        name: '/app/shared/a.test.ts',
        status: 'failed',
        message: '',
        assertionResults: [
          { status: 'passed', fullName: 'a holds', failureMessages: [] },
          {
            status: 'failed',
            fullName: 'a breaks',
            failureMessages: [`\n${red('AssertionError: expected 1 to be 2')}\n    at a.test.ts:3`],
          },
        ],
      },
      { name: '/app/shared/b.test.ts', status: 'failed', message: 'Left open by the tests of this file:\na timer', assertionResults: [] },
      { name: '/app/shared/c.test.ts', status: 'passed', message: '', assertionResults: [] },
    ]
    expect(vitestFailures({ testResults }, '/app')).toEqual([
      { file: 'shared/a.test.ts', name: 'a breaks', error: 'AssertionError: expected 1 to be 2' },
      { file: 'shared/b.test.ts', name: 'the file as a whole', error: 'Left open by the tests of this file: a timer' },
    ])
  })

  test('of browser tests: also in suites in suites, and what failed around them', () => {
    const failed = {
      projectName: 'web',
      status: 'unexpected',
      results: [{ status: 'failed', errors: [{ message: `Error: ${red('not there')}\nlog` }] }],
    }
    const spec = { title: 'opens', file: 'web/a.spec.ts', tests: [failed] }
    const repeated = { title: 'closes', file: 'web/a.spec.ts', tests: [{ ...failed, status: 'flaky' }] }
    const fine = { title: 'stays', file: 'web/a.spec.ts', tests: [{ ...failed, status: 'expected' }] }
    const inner = { title: 'a list', file: 'web/a.spec.ts', specs: [repeated] }
    const report = {
      config: { rootDir: '/app/e2e' },
      suites: [{ title: 'web/a.spec.ts', file: 'web/a.spec.ts', specs: [spec, fine], suites: [inner] }],
      errors: [{ message: 'unexpected token', location: { file: '/app/e2e/web/b.spec.ts', line: 1, column: 1 } }],
    }
    expect(playwrightFailures(report, '/app')).toEqual([
      { file: 'e2e/web/a.spec.ts', name: '[web] opens', error: 'Error: not there' },
      { file: 'e2e/web/a.spec.ts', name: '[web] a list closes', error: 'passed only when repeated: Error: not there' },
      { file: 'e2e/web/b.spec.ts', name: 'around the tests', error: 'unexpected token' },
    ])
  })

  test('a report that is missing or unknown names nothing', () => {
    expect(vitestFailures(undefined, '/app')).toEqual([])
    expect(playwrightFailures({ stats: {} }, '/app')).toEqual([])
  })

  test('the list is short, says how many it leaves out, and is not there when nothing failed', () => {
    const failures = Array.from({ length: 32 }, (_, at) => ({ file: 'a.test.ts', name: `test ${at}`, error: 'no' }))
    const lines = failureLines(failures)
    expect(lines.slice(0, 3)).toEqual(['Failed:', '✗ a.test.ts › test 0', '    no'])
    expect(lines).toHaveLength(62)
    expect(lines.at(-1)).toBe('and 2 more')
    expect(failureLines([])).toEqual([])
  })
})
