import { expect, test } from 'vitest'
import { firstValues, readValues, type Inputs } from './input-values.ts'

const inputs: Inputs = {
  folder: { type: 'folder', label: 'Folder' },
  sides: { type: 'list', default: ['a', 'b'] },
  times: { type: 'number', default: 3 },
  sure: { type: 'boolean', default: true },
  note: { required: false },
}

test('fields begin with the defaults; what is left as it is, is left out', () => {
  const values = firstValues(inputs)
  expect(values).toEqual({ folder: '', sides: 'a\nb', times: '3', sure: true, note: '' })
  expect(readValues(inputs, { ...values, folder: '/x' })).toEqual({ inputs: { folder: '/x' }, problems: {} })
})

test('what is changed is read by its type; what is missing or no number is said', () => {
  const values = { folder: ' ', sides: ' one \n\ntwo', times: '1.5', sure: false, note: 'so' }
  const read = readValues(inputs, values)
  expect(read.inputs).toEqual({ sides: ['one', 'two'], times: 1.5, sure: false, note: 'so' })
  expect(read.problems).toEqual({ folder: 'Required.' })
  expect(readValues(inputs, { ...values, times: 'many', sides: ' ' }).problems).toMatchObject({
    times: 'Enter a number.',
    sides: 'Required.',
  })
})
