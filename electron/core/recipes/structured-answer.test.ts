import fc from 'fast-check'
import { expect, test } from 'vitest'
import { answerOf, askAgain, askFor, readAnswer } from './structured-answer.ts'

const schema = {
  type: 'object',
  required: ['files'],
  additionalProperties: false,
  properties: { files: { type: 'array', items: { type: 'string' } } },
}
const wanted = { output: { files: ['a', 'b'] } }

test('JSON is found bare, in a fence, among words, and after an example that does not fit', () => {
  expect(readAnswer(' {"files": ["a", "b"]}\n', schema)).toEqual(wanted)
  expect(readAnswer('Here it is:\n\n```json\n{"files": ["a", "b"]}\n```\nDone.', schema)).toEqual(wanted)
  expect(readAnswer('I found {"files": ["a", "b"]} there [1].', schema)).toEqual(wanted)
  expect(readAnswer('Not {"file": "a"} but\n```\n{"files": ["a", "b"]}\n```\nas in {x}', schema)).toEqual(wanted)
  expect(readAnswer('{"files": ["first"]} or rather {"files": ["a", "b"]}', schema)).toEqual(wanted)
  expect(readAnswer('an { open one, then {"files": ["a", "b"]}', schema)).toEqual(wanted)
  expect(readAnswer('{"files": ["```", "}"]}', schema)).toEqual({ output: { files: ['```', '}'] } })
})

test('what is wrong is said in words, and asked for again', () => {
  const read = readAnswer('{"files": "a", "more": 1}', schema)
  expect(read).toEqual({ faults: ['the answer must NOT have additional properties "more"', 'files must be array'] })
  expect(readAnswer('I can’t.', schema)).toEqual({ faults: ['there is no JSON in the answer'] })
  expect(askAgain(['files must be array'])).toContain('- files must be array\n')
  expect(askFor('List them.', schema)).toMatch(/^List them\.\n\nAnswer with JSON only[\s\S]*"additionalProperties": false/)
})

test('what Claude Code gives as structured output goes before the text, and is checked too', () => {
  expect(answerOf({ structured: { files: ['a', 'b'] }, text: 'Done.' }, schema)).toEqual(wanted)
  expect(answerOf({ structured: { files: 1 }, text: '{"files": []}' }, schema)).toEqual({ faults: ['files must be array'] })
  expect(answerOf({ structured: null, text: '{"files": ["a", "b"]}' }, schema)).toEqual(wanted)
})

test('any JSON is found again among any words; a text of brackets takes no time', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string()),
      fc.string().map((text) => text.replaceAll(/["{}[\]\\`]/g, '')),
      (files, words) => {
        expect(readAnswer(`${words}${JSON.stringify({ files })}${words}`, schema)).toEqual({ output: { files } })
      },
    ),
  )
  fc.assert(fc.property(fc.string(), (text) => void readAnswer(text, schema)))
  const before = performance.now()
  readAnswer('{['.repeat(500_000), schema)
  readAnswer('{}'.repeat(500_000), schema)
  expect(performance.now() - before).toBeLessThan(5_000)
})

test('a schema that is none is refused', () => {
  expect(() => readAnswer('1', { type: 'nothing' })).toThrow('This is no JSON Schema')
})
