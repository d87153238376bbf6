import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Snapshot, TreeChange } from '../snapshots/snapshot.ts'
import { attribution, intervalsOf } from './attribution.ts'

const here = 'conv_0123456789ab'
const other = 'conv_ba9876543210'

function snapshot(seq: number, tree: string, working: readonly string[]): Snapshot {
  return { seq, tree, working, at: '2026-01-01T00:00:00.000Z', edge: 'turn-start', conversationId: null, turnId: null }
}

const changed = (path: string): TreeChange => ({ path, old: null, new: { mode: '100644', object: 'a' } })

describe('who changed a path', () => {
  it('is the conversation only where it alone worked whenever the path changed', () => {
    const by = attribution(
      [
        { working: [here], changes: [changed('own'), changed('then a person')] },
        { working: [], changes: [changed('then a person'), changed('a person')] },
        { working: [other, here], changes: [changed('at once')] },
        { working: [other], changes: [changed('another')] },
        { working: [here], changes: [changed('own')] },
      ],
      here,
    )
    expect(Object.fromEntries(by)).toEqual({
      own: 'conversation',
      'then a person': 'both',
      'a person': 'others',
      'at once': 'both',
      another: 'others',
    })
  })

  it('looks at as few intervals as say who worked when', () => {
    const trees = [
      snapshot(1, 'a', [here]),
      snapshot(2, 'b', []),
      snapshot(3, 'b', [here]),
      snapshot(4, 'c', []),
      snapshot(5, 'd', [here, other]),
    ]
    expect(intervalsOf(trees, { tree: 'e', working: [] })).toEqual([
      { from: 'a', to: 'c', working: [here] },
      { from: 'c', to: 'd', working: [] },
      { from: 'd', to: 'e', working: [here, other] },
    ])
  })

  it('leaves no tree out, whatever happened', () => {
    const step = fc.record({ tree: fc.constantFrom('a', 'b', 'c'), working: fc.subarray([here, other]) })
    fc.assert(
      fc.property(fc.array(step, { minLength: 1 }), fc.constantFrom('a', 'b', 'c'), (steps, tree) => {
        const snapshots = steps.map((one, index) => snapshot(index, one.tree, one.working))
        const intervals = intervalsOf(snapshots, { tree, working: [] })
        const places = [...intervals.map(({ from }) => from), tree]
        expect(places[0]).toBe(intervals.length === 0 ? tree : steps[0]?.tree)
        for (const [index, { to }] of intervals.entries()) expect(to).toBe(places[index + 1])
      }),
    )
  })
})
