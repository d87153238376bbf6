import { expect, test } from 'vitest'
import { meaningOfChord } from './approval-keys.ts'

const bare = { key: 'Enter', metaKey: false, ctrlKey: false, shiftKey: false, altKey: false, repeat: false, isComposing: false }

test('a bare Enter decides nothing', () => {
  expect(meaningOfChord(bare)).toBeNull()
  expect(meaningOfChord({ ...bare, shiftKey: true })).toBeNull()
})

test('chords decide', () => {
  expect(meaningOfChord({ ...bare, ctrlKey: true })).toBe('allow')
  expect(meaningOfChord({ ...bare, metaKey: true, shiftKey: true })).toBe('allow-here')
  expect(meaningOfChord({ ...bare, key: 'Backspace', ctrlKey: true })).toBe('deny')
})

test('a key that is held down or part of a composition decides nothing', () => {
  expect(meaningOfChord({ ...bare, ctrlKey: true, repeat: true })).toBeNull()
  expect(meaningOfChord({ ...bare, ctrlKey: true, isComposing: true })).toBeNull()
})
