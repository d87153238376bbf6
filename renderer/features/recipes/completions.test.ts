import { expect, test } from 'vitest'
import { offersAt } from './completions.ts'
import { inputNamesIn } from './names-in.ts'

const known = { instances: ['docs', 'reviewer'], recipes: ['pipeline', 'mine'] }

/** `|` marks the place. */
function offered(text: string): string[] {
  const at = text.indexOf('¦')
  return (offersAt(text.replace('¦', ''), at, known)?.offers ?? []).map(({ label }) => label)
}

test('fields by their place', () => {
  expect(offered('rec¦')).toContain('recipe')
  expect(offered('recipe: a\n¦')).toContain('outputs')
  expect(offered('recipe: a\nsteps:\n  - ¦')).toContain('consensus')
  expect(offered('steps:\n  - id: a\n    as¦')).toContain('ask')
  expect(offered('steps:\n  - id: a\n    retry:\n      ¦')).toEqual(['times', 'backoffSeconds'])
  expect(offered('steps:\n  - id: a\n    ask: |\n      Some\n      words\n    ¦')).toContain('timeoutSeconds')
  expect(offered('steps:\n  - id: a\n    with: { new: { ¦')).toContain('permissionMode')
  expect(offered('steps:\n  - { id: a, ¦')).toContain('gate')
  expect(offered('inputs:\n  base:\n    ¦')).toEqual(['type', 'label', 'description', 'default', 'options', 'required'])
  expect(offered('inputs: { base: { ¦')).toContain('label')
  expect(offered('limits:\n  ¦')).toEqual(['costUsd', 'turns', 'minutes', 'concurrency'])
  expect(offered('with:\n  instance: docs\nsteps:\n  - id: a\n    consensus:\n      judge:\n        ¦')).toContain('labels')
  expect(offered('inputs:\n  ¦')).toEqual([])
})

test('names in templates', () => {
  const text =
    'inputs:\n  base: {}\n  head: { type: text }\nsteps:\n  - id: find\n    ask: x\n  - { id: fix-it, ask: y }\n  - id: z\n    ask: "'
  expect(offered(`${text}{{ ¦`)).toContain('steps')
  expect(offered(`${text}{{ inputs.¦`)).toEqual(['base', 'head'])
  expect(offered(`${text}{{ steps.¦`)).toEqual(['find', 'fix-it', 'z'])
  expect(offered(`${text}{{ steps.fix-it.te¦`)).toContain('texts')
  expect(offered(`${text}{{ steps.find.texts | jo¦`)).toContain('join')
  expect(offered(`${text}{{ inputs.base }} ¦`)).toEqual([])
  expect(inputNamesIn('inputs: { base: { default: main, type: text }, other: {} }')).toEqual(['base', 'other'])
})

test('values of fields', () => {
  const text = 'steps:\n  - id: one\n    ask: x\n  - id: two\n    ask: y\n    '
  expect(offered(`${text}needs: [¦`)).toEqual(['one', 'two'])
  expect(offered(`${text}needs: [one, ¦`)).toEqual(['one', 'two'])
  expect(offered(`${text}with: { instance: ¦`)).toEqual(['docs', 'reviewer'])
  expect(offered(`${text}run: pi¦`)).toEqual(['pipeline', 'mine'])
  expect(offered(`${text}onFailure: ¦`)).toEqual(['stop', 'continue'])
  expect(offered(`${text}context: ¦`)).toEqual(['fresh', 'run', 'step:one', 'step:two'])
  expect(offered(`${text}consensus: { decide: ¦`)).toEqual(['vote', 'judge', 'synthesize'])
  expect(offered('inputs:\n  a:\n    required: ¦')).toEqual(['true', 'false'])
  expect(offered(`${text}title: so¦`)).toEqual([])
})
