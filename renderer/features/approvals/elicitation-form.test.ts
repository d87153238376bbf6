import { expect, test } from 'vitest'
import { contentOf, fieldsOf, initialValues } from './elicitation-form.ts'

const requestedSchema = {
  type: 'object',
  properties: {
    env: { type: 'string', title: 'Environment', enum: ['staging', 'production'], default: 'staging' },
    count: { type: 'integer', default: 2 },
    force: { type: 'boolean' },
    note: { type: 'string' },
    odd: { type: 'object', default: { a: 1 } },
  },
  required: ['env'],
}

test('a form has its fields in order, with what it begins with', () => {
  const fields = fieldsOf(requestedSchema)
  expect(fields.map(({ label, type, required }) => [label, type, required])).toEqual([
    ['Environment', 'string', true],
    ['count', 'integer', false],
    ['force', 'boolean', false],
    ['note', 'string', false],
    ['odd', 'string', false],
  ])
  expect(initialValues(fields)).toEqual({ env: 'staging', count: '2', force: false, note: '', odd: '' })
})

test('numbers are sent as numbers, and what is empty is not sent', () => {
  const fields = fieldsOf(requestedSchema)
  expect(contentOf(fields, { ...initialValues(fields), count: '3', force: true })).toEqual({ env: 'staging', count: 3, force: true })
})

test('a schema that is none has no fields', () => {
  expect(fieldsOf(undefined)).toEqual([])
  expect(fieldsOf({ properties: 'x', required: 3 })).toEqual([])
})
