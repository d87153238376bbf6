import { expect, test } from 'vitest'
import { meaningOfEnter } from './composer-keys.ts'

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
