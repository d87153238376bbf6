import { expect, test } from 'vitest'
import { fieldsOf, formFaults } from './elicitation-form.ts'

const form = (properties: Record<string, unknown>, required: string[] = []) => ({ type: 'object', properties, required })
const fault = (field: Record<string, unknown>, value: unknown) =>
  formFaults(form({ it: { title: 'It', ...field } }), { it: value })[0]?.message

test('what may be chosen is read from each way in which a server says it', () => {
  const options = [
    { enum: ['a', 'b'] },
    { enum: ['a', 'b'], enumNames: ['Alpha', 'Beta'] },
    { oneOf: [{ const: 'a', title: 'Alpha' }, { const: 'b' }] },
    { type: 'array', items: { type: 'string', enum: ['a', 'b'] } },
    {
      type: 'array',
      items: {
        anyOf: [
          { const: 'a', title: 'Alpha' },
          { const: 'b', title: 'Beta' },
        ],
      },
    },
    { type: 'string' },
    { type: 'array', items: { type: 'string' } },
  ].map((field) => fieldsOf(form({ it: field }))[0]?.options?.map(({ value, label }) => `${value}=${label}`) ?? null)
  expect(options).toEqual([['a=a', 'b=b'], ['a=Alpha', 'b=Beta'], ['a=Alpha', 'b=b'], ['a=a', 'b=b'], ['a=Alpha', 'b=Beta'], null, null])
})

test('a value that the server would not take is told in words, before it is sent', () => {
  expect(fault({ oneOf: [{ const: 'p', title: 'Production' }] }, 'q')).toBe('It must be one of p (Production).')
  expect(fault({ oneOf: [{ const: 'p', title: 'Production' }] }, 'p')).toBeUndefined()
  const colours = { type: 'array', items: { enum: ['red', 'green', 'blue'] }, minItems: 2, maxItems: 2 }
  expect(fault(colours, ['red'])).toBe('It needs at least 2 choices.')
  expect(fault(colours, ['red', 'green', 'blue'])).toBe('It can have at most 2 choices.')
  expect(fault(colours, ['red', 'pink'])).toBe('It must be one of red, green, blue.')
  expect(fault(colours, 'red')).toBe('It must be a list of values.')
  expect(fault(colours, ['red', 'blue'])).toBeUndefined()
  expect(fault({ ...colours, minItems: 1, maxItems: 1 }, ['red', 'blue'])).toBe('It can have at most 1 choice.')
  expect(fault({ type: 'string', maxLength: 1 }, 'ab')).toBe('It can have at most 1 character.')
  expect(fault({ type: 'string' }, 1)).toBe('It must be text.')
  expect(fault({ format: 'email' }, 'ada')).toMatch(/email address/)
  expect(fault({ format: 'email' }, 'ada@example.com')).toBeUndefined()
  expect(fault({ format: 'uri' }, 'example')).toMatch(/address/)
  expect(fault({ format: 'date' }, '2026-02-31')).toMatch(/date/)
  expect(fault({ format: 'date' }, '2026-02-28')).toBeUndefined()
  expect(fault({ format: 'date-time' }, '2026-02-28T10:00')).toMatch(/zone/)
  expect(fault({ format: 'date-time' }, '2026-02-28T10:00:00+01:00')).toBeUndefined()
  expect(fault({ type: 'integer', minimum: 1, maximum: 5 }, 9)).toBe('It must be at most 5.')
})

test('what has to be filled in is told in the order of the form; what is not asked for is refused', () => {
  const asked = form({ tags: { type: 'array', items: { enum: ['a'] } }, name: { type: 'string' }, note: {} }, ['name', 'tags'])
  expect(formFaults(asked, { tags: [], more: 1 }).map(({ message }) => message)).toEqual([
    'Fill in tags.',
    'Fill in name.',
    'more is not a field of this form.',
  ])
  expect(formFaults(asked, { tags: ['a'], name: 'Ada', note: '' })).toEqual([])
})

test('a schema that is none has no fields, and an odd field is asked as a text', () => {
  expect(fieldsOf(undefined)).toEqual([])
  expect(fieldsOf({ properties: 'x', required: 3 })).toEqual([])
  expect(fieldsOf(form({ odd: { type: 'object', default: { a: 1 }, enum: [1] } }))[0]).toMatchObject({ type: 'string', options: null })
})
