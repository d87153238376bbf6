import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SessionOwners } from './session-owners.ts'

const ids = ['conv_a', 'conv_b', 'conv_c', 'conv_d']
const names = ['s1', 's2', 's3', 's4', 's5']
const sessions = fc.uniqueArray(fc.constantFrom(...names), { maxLength: 3 })
const step = fc.record({ kind: fc.constantFrom('note', 'trash', 'drop', 'look'), id: fc.constantFrom(...ids), sessions })

test('owners say the same whether what was held is read at once or when it is needed', () => {
  fc.assert(
    fc.property(fc.tuple(sessions, sessions, sessions, sessions), fc.array(step, { maxLength: 20 }), fc.nat(4), (held, steps, told) => {
      const all = held.map((one, place) => ({ id: ids[place] ?? '', sessions: one }))
      const [late, read] = [all.slice(0, told), all.slice(told)]
      const toldOf = (id: string) => late.find((one) => one.id === id)?.sessions ?? []
      const lazy = new SessionOwners({ told: () => late, toldOf, read, trashed: [] })
      const plain = new SessionOwners({ told: () => [], toldOf: () => [], read: all, trashed: [] })
      for (const { kind, id, sessions: held } of steps) {
        const take = (owners: SessionOwners): unknown => {
          if (kind === 'look') return names.map((name) => [owners.of(name), owners.inTrash(name)])
          if (kind === 'trash') return owners.trash(id)
          if (kind === 'drop') return owners.drop(id)
          return owners.note({ id, sessionId: held.at(-1) ?? null, pastSessionIds: held.slice(0, -1) })
        }
        expect(take(lazy)).toEqual(take(plain))
      }
      expect(names.map((name) => lazy.of(name))).toEqual(names.map((name) => plain.of(name)))
    }),
  )
})
