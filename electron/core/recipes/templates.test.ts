import { expect, test } from 'vitest'
import { Template, TemplateFault } from './templates.ts'

/** Where it fails and why; nothing where it does not. */
const faultOf = (make: () => unknown): string => {
  try {
    make()
    return 'none'
  } catch (thrown) {
    if (!(thrown instanceof TemplateFault)) throw thrown
    return `${thrown.row}:${thrown.column} ${thrown.message}`
  }
}

test('a text is filled in; what is no text stands there as JSON', () => {
  expect(new Template('Fix {{ item }} of {{ inputs.base }}').text({ item: 'a', inputs: { base: 'main' } })).toBe('Fix a of main')
  expect(new Template("{{ texts | join: '\n' }}").text({ texts: ['a', 'b'] })).toBe('a\nb')
  expect(new Template('{{ a }}').text({ a: { b: [1] } })).toBe('{\n  "b": [\n    1\n  ]\n}')
  expect(new Template('no template').text({})).toBe('no template')
})

test('a single value is given as it is', () => {
  expect(new Template(' {{ a.b }}\n').value({ a: { b: [1, { c: 2 }] } })).toEqual([1, { c: 2 }])
  expect(new Template('{{ a }}{{ a }}').value({ a: 1 })).toBe('11')
  expect(new Template('{{ a | split: "," }}').value({ a: 'x,y' })).toEqual(['x', 'y'])
})

test('a condition is false where something is missing', () => {
  const isTrue = (text: string, scope: object) => new Template(text).isTrue(scope)
  expect(isTrue("{{ steps.v.output.decision == 'ship' }}", { steps: { v: { output: { decision: 'ship' } } } })).toBe(true)
  expect(isTrue("{{ steps.v.output.decision == 'ship' }}", { steps: { v: { output: null } } })).toBe(false)
  expect(['false', 'no', '0', '', '  '].map((text) => isTrue(text, {}))).toEqual([false, false, false, false, false])
  expect(isTrue('yes', {})).toBe(true)
})

test('what it names is known before it is filled in', () => {
  const { references } = new Template(
    "{{ inputs.base }} {% for x in steps.find.output.list %}{{ x.name }}{% endfor %}\n{{ steps['a-b'].text | default: item }}",
  )
  expect(references).toEqual([
    { path: ['inputs', 'base'], row: 1, column: 4 },
    { path: ['steps', 'find', 'output', 'list'], row: 1, column: 31 },
    { path: ['steps', 'a-b', 'text'], row: 2, column: 4 },
    { path: ['item'], row: 2, column: 33 },
  ])
})

test('a fault says what and where', () => {
  expect(faultOf(() => new Template('a\n{{ x | nofilter }}').text({ x: 1 }))).toBe('2:1 There is no filter “nofilter”.')
  expect(faultOf(() => new Template('a\n{% if x %}'))).toMatch(/^2:1 .*not closed/)
  expect(faultOf(() => new Template('a\n {{ x.y }}').text({ x: {} }))).toBe(
    '2:5 “x.y” has no value. Use “| default: …” where it may be missing.',
  )
  expect(faultOf(() => new Template('{% include "secrets" %}'))).toContain('include')
})

test('neither prototypes nor endless work are reached', () => {
  expect(faultOf(() => new Template('{{ a.constructor }}').text({ a: {} }))).toContain('has no value')
  const endless = '{% for a in (1..99999) %}{% for b in (1..99999) %}{{ b }}{% endfor %}{% endfor %}'
  expect(faultOf(() => new Template(endless).text({}))).toContain('can’t be')
})
