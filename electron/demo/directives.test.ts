import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readDirectives } from './directives.ts'

describe('what a prompt asks of the demo model', () => {
  test('words in brackets, anywhere in the prompt', () => {
    const found = readDirectives('Tell me [long 500] [rate 100] and [think], then [bash: ls -la] [429 2]')
    expect(found).toMatchObject({ long: 500, rate: 100, think: true, steps: [{ tool: 'bash', command: 'ls -la' }] })
    expect(found.failure).toEqual({ kind: 'status', status: 429, times: 2 })
  })

  test('a command keeps the brackets it has itself', () => {
    const commandOf = (prompt: string): unknown => readDirectives(prompt).steps[0]
    expect(commandOf('[bash: [ -f a ] && echo "${list[0]}"]')).toEqual({ tool: 'bash', command: '[ -f a ] && echo "${list[0]}"' })
    expect(commandOf('[bash: echo "["]')).toEqual({ tool: 'bash', command: 'echo "["' })
  })

  test('any tool with any input, and questions and plans of several kinds', () => {
    const stepsOf = (prompt: string): unknown => readDirectives(prompt).steps
    expect(stepsOf('[call: CronList]')).toEqual([{ tool: 'call', name: 'CronList', input: {} }])
    const input = { city: 'Ulm', days: [1, 2] }
    expect(stepsOf(`[mcp: weather ask ${JSON.stringify(input)}]`)).toEqual([{ tool: 'mcp', server: 'weather', name: 'ask', input }])
    expect(stepsOf('[question: preview] [question: what]')).toEqual([
      { tool: 'question', kind: 'preview' },
      { tool: 'question', kind: 'one' },
    ])
    expect(stepsOf('[plan: missing]')).toEqual([
      { tool: 'plan', part: 'enter', kind: 'missing' },
      { tool: 'plan', part: 'exit', kind: 'missing' },
    ])
  })

  test('code, links and an empty command are only words', () => {
    const prompts = [
      'What is list[read] for?',
      'See [read](notes.md) and [edit](#edit)',
      'matrix[0][429]',
      '[bash]',
      '[bash: ]',
      '[404s] [x] [ ]',
    ]
    const nothing = readDirectives('')
    expect(prompts.map((prompt) => readDirectives(prompt))).toEqual(prompts.map(() => nothing))
  })

  test('no prompt at all makes it fail', () => {
    const pieces = fc.string({ unit: fc.constantFrom('[', ']', '(', ':', ' ', 'a', 'bash', 'rate', '429', 'long', '1e9', '-1') })
    fc.assert(
      fc.property(pieces, (prompt) => {
        const { rate, long, steps } = readDirectives(prompt)
        expect(rate).toBeGreaterThanOrEqual(0)
        expect(long ?? 0).toBeLessThanOrEqual(100_000)
        expect(steps.length).toBeLessThanOrEqual(prompt.length)
      }),
    )
  })
})
