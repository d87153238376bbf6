import { expect, test } from 'vitest'
import { goesOn, optionOfKey, stepOf } from './question-keys.ts'

const key = { key: '1', metaKey: false, ctrlKey: false, shiftKey: false, altKey: false, repeat: false, isComposing: false }

test('a bare digit is an option; nothing else is', () => {
  expect(['1', '9', '0', 'a', 'Enter'].map((name) => optionOfKey({ ...key, key: name }))).toEqual([0, 8, null, null, null])
  const held = ['metaKey', 'ctrlKey', 'shiftKey', 'altKey', 'repeat', 'isComposing'].map((name) => optionOfKey({ ...key, [name]: true }))
  expect(held).toEqual([null, null, null, null, null, null])
})

test('Enter goes on, also as a chord; Shift breaks the line, and what is composed is not over', () => {
  const enter = { ...key, key: 'Enter' }
  expect([enter, { ...enter, ctrlKey: true }, { ...enter, shiftKey: true }, { ...enter, isComposing: true }].map(goesOn)).toEqual([
    true,
    true,
    false,
    false,
  ])
})

test('up and down move by one', () => {
  expect(['ArrowUp', 'ArrowDown', 'ArrowLeft'].map((name) => stepOf({ ...key, key: name }))).toEqual([-1, 1, 0])
})
