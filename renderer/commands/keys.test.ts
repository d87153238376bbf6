import { expect, test } from 'vitest'
import { isKeys, keysOf, type KeyPress } from './keys.ts'

const press = (key: string, extra: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...extra,
})

test.each([
  ['mod+k', 'Ctrl+K', '⌘K'],
  ['mod+shift+o', 'Ctrl+Shift+O', '⌘⇧O'],
  ['mod+shift+enter', 'Ctrl+Shift+Enter', '⌘⇧↵'],
])('%s is written %s, on a Mac %s', (keys, elsewhere, mac) => {
  expect([keysOf(keys, false), keysOf(keys, true)]).toEqual([elsewhere, mac])
})

test.each([
  [press('k', { ctrlKey: true }), 'mod+k', true],
  [press('K', { ctrlKey: true, shiftKey: true }), 'mod+k', false],
  [press('O', { ctrlKey: true, shiftKey: true }), 'mod+shift+o', true],
  [press('k'), 'mod+k', false],
  [press('k', { ctrlKey: true, altKey: true }), 'mod+k', false],
  [press('k', { metaKey: true }), 'mod+k', false],
  // On a German keyboard the slash is Shift and 7.
  [press('/', { ctrlKey: true, shiftKey: true }), 'mod+/', true],
])('%j as %s: %s', (event, keys, expected) => {
  expect(isKeys(event, keys, false)).toBe(expected)
})
