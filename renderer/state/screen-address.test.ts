import { expect, test } from 'vitest'
import { addressOf, screenAt, type Screen } from './screen-address.ts'

const screens: Screen[] = [
  { name: 'conversation', id: 'conv_0123456789abcdef01234567' },
  { name: 'instance', id: 'inst_0123456789abcdef01234567' },
  { name: 'metrics' },
  { name: 'needs-you' },
  { name: 'settings' },
]

test.each(screens)('a reload comes back to $name', (screen) => {
  expect(screenAt(addressOf(screen))).toEqual(screen)
})

test.each(['', '#', '#token=abc', '#/conversation', '#/conversation/../etc', '#/settings/conv_0123456789ab', '#/nowhere'])(
  '“%s” names no screen',
  (address) => {
    expect(screenAt(address)).toBeNull()
  },
)
