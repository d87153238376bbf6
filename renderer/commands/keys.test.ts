import { expect, test } from 'vitest'
import { isKeys, keysOf, numberKeys, type KeyPress } from './keys.ts'

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
  ['alt+shift+arrowdown', 'Alt+Shift+↓', '⌥⇧↓'],
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
  [press('ArrowDown', { altKey: true }), 'alt+arrowdown', true],
  [press('ArrowDown', { altKey: true, shiftKey: true }), 'alt+arrowdown', false],
  [press('ArrowDown'), 'alt+arrowdown', false],
  // AltGr writes signs; it is no Alt.
  [press('2', { altKey: true, ctrlKey: true, code: 'Digit2' }), 'alt+2', false],
  [press('é', { altKey: true, code: 'Digit2' }), 'alt+2', true],
  [press('2', { altKey: true, code: 'Numpad2' }), 'alt+2', false],
  // On a German keyboard the slash is Shift and 7.
  [press('/', { ctrlKey: true, shiftKey: true }), 'mod+/', true],
])('%j as %s: %s', (event, keys, expected) => {
  expect(isKeys(event, keys, false)).toBe(expected)
})

test('numbers go with what the system and the browser leave free', () => {
  expect(numberKeys({ desktop: true })).toBe('mod')
  expect(numberKeys({ desktop: false, mac: false })).toBe('alt')
  expect(numberKeys({ desktop: false, mac: true })).toBe('ctrl')
  expect(isKeys(press('1', { ctrlKey: true, code: 'Digit1' }), 'ctrl+1', true)).toBe(true)
  expect(isKeys(press('1', { metaKey: true, code: 'Digit1' }), 'ctrl+1', true)).toBe(false)
})
