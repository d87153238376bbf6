import { expect, test } from 'vitest'
import { fieldsOf, formFaults } from '../../../shared/domain/elicitation-form.ts'
import { contentOf, initialValues } from './form-values.ts'

const requestedSchema = {
  type: 'object',
  properties: {
    env: { type: 'string', title: 'Environment', oneOf: [{ const: 'staging', title: 'Staging' }, { const: 'live' }], default: 'staging' },
    count: { type: 'integer', default: 2 },
    force: { type: 'boolean' },
    note: { type: 'string' },
    odd: { type: 'object', default: { a: 1 } },
    tags: { type: 'array', items: { enum: ['red', 'green'] }, default: ['green'] },
    free: { type: 'array', items: { type: 'string' }, default: ['one', 'two'] },
    at: { type: 'string', format: 'date-time', default: '2026-03-31T12:00:00Z' },
  },
  required: ['env'],
}
const fields = fieldsOf(requestedSchema)

test('a form begins with what the server proposes, and sent as it is says just that', () => {
  const values = initialValues(fields)
  expect(values).toMatchObject({ env: 'staging', count: '2', force: false, note: '', odd: '', tags: ['green'], free: 'one\ntwo' })
  const content = contentOf(fields, values)
  const proposed = { env: 'staging', count: 2, force: false, tags: ['green'], free: ['one', 'two'], at: '2026-03-31T12:00:00.000Z' }
  expect(content).toEqual(proposed)
  expect(formFaults(requestedSchema, content)).toEqual([])
})

test('numbers are sent as numbers, choices in the order of the form, and what is empty is not sent', () => {
  const values = { ...initialValues(fields), count: '3', force: true, tags: ['green', 'red'], free: ' a \n\n b', at: '' }
  expect(contentOf(fields, values)).toEqual({ env: 'staging', count: 3, force: true, tags: ['red', 'green'], free: ['a', 'b'] })
  expect(contentOf(fields, { ...values, count: '', tags: [], free: '' })).toEqual({ env: 'staging', force: true })
})
