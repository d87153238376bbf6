import fc from 'fast-check'
import { expect, test } from 'vitest'
import { names, timelines } from '../snapshots/snapshot-fixtures.ts'
import type { Snapshot } from '../snapshots/snapshot.ts'
import { without } from '../snapshots/without.ts'
import { attribution, intervalsOf } from './attribution.ts'

test('where snapshots are removed in between, it is never said of what somebody else changed that a conversation did it alone', () => {
  fc.assert(
    fc.property(timelines, fc.func(fc.boolean()), (all, goes) => {
      const last = all.at(-1)
      const kept = without(all, new Set(all.flatMap(({ seq }) => (goes(seq) ? [seq] : []))))
      expect(kept.at(-1)?.seq).toBe(last?.seq)
      const whole = all.filter(({ seq }) => seq >= (kept[0]?.seq ?? 0))
      for (const id of names) {
        const by = whoChanged(whole, id)
        const wrong = [...whoChanged(kept, id)].filter(([path, whose]) => whose !== 'both' && whose !== by.get(path))
        expect(wrong).toEqual([])
      }
    }),
  )
})

function whoChanged(all: readonly Snapshot[], id: string) {
  const now = all.at(-1) ?? { tree: '', working: [] }
  const worked = intervalsOf(all, now).map(({ from, to, working }) => {
    const paths = ['first', 'second'].filter((_, at) => from[at] !== to[at])
    return { working, changes: paths.map((path) => ({ path, old: null, new: null })) }
  })
  return attribution(worked, id)
}
