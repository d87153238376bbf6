import { expect, test } from 'vitest'
import { changedPattern, freeName, renamed } from './pattern-text.ts'

const pattern = `recipe: review # ours
inputs:
  folder: { type: folder, label: Folder }
  sides:
    type: list
    default: [one, two]
  prompt: { type: text, label: "A: prompt" }
with: { new: { cwd: "{{ inputs.folder }}" } }
steps:
  - id: a
    ask: |
      {{ inputs.prompt }}

      {{ inputs.sides | join: "\\n" }}
`

test('name, worker and defaults are changed, the rest stays to the letter', async () => {
  const worker = { instance: 'docs' }
  expect(await changedPattern(pattern, { name: 'mine', worker, defaults: { folder: '/x', prompt: 'Say: “{{ hi', sides: ['three'] } })).toBe(
    `recipe: mine # ours
inputs:
  sides:
    type: list
    default:
      - three
  prompt: { type: text, label: "A: prompt", default: "Say: “{{ hi" }
with: { instance: docs }
steps:
  - id: a
    ask: |
      {{ inputs.prompt }}

      {{ inputs.sides | join: "\\n" }}
`,
  )
  expect(await changedPattern(pattern, { name: 'mine', worker: null, defaults: {} })).toContain('new: { cwd: "{{ inputs.folder }}" }')
  const kept = await changedPattern(pattern, { name: 'mine', worker: { way: 'kept-alive' }, defaults: {} })
  expect(kept).toContain('with: { new: { cwd: "{{ inputs.folder }}" }, way: kept-alive }')
  expect(kept).toContain('folder: {')
  expect(await changedPattern(pattern, { name: 'mine', worker: { labels: ['docs'], way: 'fresh' }, defaults: {} })).toContain(
    'with: { labels: [ docs ], way: fresh }',
  )
})

test('names', () => {
  expect(renamed('{ "recipe": "a", steps: [] }', 'b')).toBe('{ "recipe": "a", steps: [] }')
  expect(renamed('# x\nrecipe: "a-b"\n', 'c')).toBe('# x\nrecipe: c\n')
  expect([freeName('a', []), freeName('a', ['a', 'a-2'])]).toEqual(['a', 'a-3'])
})
