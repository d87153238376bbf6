import { expect, test } from 'vitest'
import { leavesText, meaningOfEnter, recalled } from './composer-keys.ts'

const enter = { key: 'Enter', shiftKey: false, metaKey: false, ctrlKey: false, altKey: false, isComposing: false }

test('Enter sends where it is set so', () => {
  expect(meaningOfEnter(enter, true)).toBe('send')
  expect(meaningOfEnter({ ...enter, shiftKey: true }, true)).toBe('newline')
  expect(meaningOfEnter(enter, false)).toBe('newline')
  expect(meaningOfEnter({ ...enter, ctrlKey: true }, false)).toBe('send')
})

test('an Enter of an input method is not ours', () => {
  expect(meaningOfEnter({ ...enter, isComposing: true }, true)).toBe('nothing')
  expect(meaningOfEnter({ ...enter, keyCode: 229 }, true)).toBe('nothing')
})

test('arrows leave the text at its first and last line only', () => {
  const text = 'one\ntwo'
  expect(leavesText('ArrowUp', { text, start: 2, end: 2 })).toBe(true)
  expect(leavesText('ArrowUp', { text, start: 5, end: 5 })).toBe(false)
  expect(leavesText('ArrowDown', { text, start: 5, end: 5 })).toBe(true)
  expect(leavesText('ArrowDown', { text, start: 1, end: 1 })).toBe(false)
  expect(leavesText('ArrowUp', { text, start: 0, end: 3 })).toBe(false)
})

test('earlier messages come one by one, and the empty field again', () => {
  const earlier = ['first', 'second']
  expect(recalled(earlier, null, 'ArrowUp')).toEqual({ at: 1, text: 'second' })
  expect(recalled(earlier, 1, 'ArrowUp')).toEqual({ at: 0, text: 'first' })
  expect(recalled(earlier, 0, 'ArrowUp')).toBeNull()
  expect(recalled(earlier, 0, 'ArrowDown')).toEqual({ at: 1, text: 'second' })
  expect(recalled(earlier, 1, 'ArrowDown')).toEqual({ at: null, text: '' })
  expect(recalled(earlier, null, 'ArrowDown')).toBeNull()
  expect(recalled([], null, 'ArrowUp')).toBeNull()
})
