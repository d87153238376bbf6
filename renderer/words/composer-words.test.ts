import { expect, test } from 'vitest'
import { composerPlaceholder, modelWords } from './composer-words.ts'

const instance = { name: 'reviewer', state: 'idle' as const, conversationId: 'conv_1' }

test('the placeholder says what will happen', () => {
  expect(composerPlaceholder(instance, 'conv_1', false)).toBe('Message reviewer')
  expect(composerPlaceholder({ ...instance, state: 'busy' }, 'conv_1', false)).toMatch(/queued until/)
  expect(composerPlaceholder({ ...instance, state: 'busy' }, 'conv_2', false)).toMatch(/another conversation/)
  expect(composerPlaceholder({ ...instance, state: 'paused', pause: 'hold' }, 'conv_1', false)).toMatch(/on hold/)
  expect(composerPlaceholder({ ...instance, state: 'paused', pause: 'park' }, 'conv_1', false)).toMatch(/wakes/)
  expect(composerPlaceholder(null, 'conv_1', false)).toMatch(/Bullpen picks an instance/)
  expect(composerPlaceholder(instance, 'conv_1', true)).toMatch(/Archived/)
})

test.each([
  ['opus', 'Opus'],
  ['claude-sonnet-4-5-20250929', 'Sonnet 4.5'],
  ['claude-opus-4-20250514', 'Opus 4'],
  ['claude-haiku-4-5', 'Haiku 4.5'],
  ['sonnet[1m]', 'Sonnet'],
  ['my-own-model', 'my-own-model'],
  [null, null],
])('%s is called %s', (model, words) => expect(modelWords(model)).toBe(words))
