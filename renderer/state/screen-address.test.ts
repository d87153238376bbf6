import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mostPanes, type Pane } from './panes.ts'
import { addressOf, screenAt, screenOf, type Screen } from './screen-address.ts'

const screens: Screen[] = [
  { name: 'conversation', id: 'conv_0123456789abcdef01234567' },
  { name: 'conversation', id: 'conv_0123456789abcdef01234567', messageId: '5f2c-ab' },
  { name: 'instance', id: 'inst_0123456789abcdef01234567' },
  { name: 'metrics' },
  { name: 'needs-you' },
  { name: 'settings' },
  { name: 'new-run' },
  { name: 'new-run', recipe: 'fan-out' },
  { name: 'recipe', recipe: null },
  { name: 'recipe', recipe: 'mine-2' },
  { name: 'topics', id: 'in-2' },
  { name: 'runs' },
  { name: 'run', id: 'run_0123456789ab' },
  { name: 'run', id: 'run_0123456789ab', step: 'find-it' },
]

test.each(screens)('a reload comes back to $name', (screen) => {
  expect(screenAt(addressOf(screen))).toEqual(screen)
})

test.each([
  '',
  '#',
  '#token=abc',
  '#/conversation',
  '#/conversation/../etc',
  '#/settings/conv_0123456789ab',
  '#/nowhere',
  '#/recipe/A',
  '#/recipe/a/b',
  '#/runs/new/../x',
  '#/runs/new/',
])('“%s” names no screen', (address) => {
  expect(screenAt(address)).toBeNull()
})

const [a, b] = ['conv_0123456789ab', 'conv_ba9876543210']

test.each([
  `#/panes/1/${a}`,
  `#/panes/3/${a}/${b}`,
  `#/panes/0/${a}/${b}`,
  `#/panes/1/${a}/${a}`,
  `#/panes/1/${a}/${b}/`,
  `#/panes/1/${a}/${b}~`,
  `#/panes/1/${a}/${b}~../x`,
  '#/panes',
])('“%s” names no panes', (address) => {
  expect(screenAt(address)).toBeNull()
})

const pane: fc.Arbitrary<Pane> = fc.record(
  {
    id: fc.stringMatching(/^[a-z]{1,8}_[0-9a-f]{12,40}$/),
    messageId: fc.stringMatching(/^[\w-]{1,80}$/),
  },
  { requiredKeys: ['id'] },
)
const somePanes = fc
  .uniqueArray(pane, { minLength: 1, maxLength: mostPanes, selector: ({ id }) => id })
  .chain((items) => fc.record({ items: fc.constant(items), active: fc.nat(items.length - 1) }))

test('panes, the active one and the messages in them come back from their address', () => {
  fc.assert(
    fc.property(somePanes, (panes) => {
      const screen = screenOf(panes)
      expect(screenAt(addressOf(screen))).toEqual(screen)
    }),
  )
})

test('no address, whatever it is, names panes that cannot be', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          pane.map(({ id }) => id),
          fc.string(),
          fc.constantFrom('1', '2', '~'),
        ),
        { maxLength: 7 },
      ),
      (words) => {
        const screen = screenAt(`#/panes/${words.join('/')}`)
        const panes = screen?.name === 'conversation' ? screen.panes : undefined
        const ids = (panes?.items ?? []).map(({ id }) => id)
        expect(screen === null || (ids.length >= 2 && ids.length <= mostPanes && new Set(ids).size === ids.length)).toBe(true)
      },
    ),
  )
})
