import fc from 'fast-check'
import type { Snapshot, SnapshotEdge } from './snapshot.ts'

export const now = Date.parse('2026-06-30T12:00:00Z')
export const names = ['conv_a', 'conv_b', 'conv_c']
const edges: SnapshotEdge[] = ['turn-start', 'turn-end', 'seen']

/** Snapshots of a folder in the order in which they were taken; each tree is two files. */
export const timelines = fc
  .array(
    fc.record({
      hours: fc.integer({ min: 0, max: 400 }),
      edge: fc.constantFrom(...edges),
      conversationId: fc.constantFrom(...names, null),
      working: fc.subarray(names),
      first: fc.boolean(),
      second: fc.boolean(),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map((all) => {
    // A file that changes is never again what it was.
    const versions = [0, 0]
    return all
      .toSorted((a, b) => b.hours - a.hours)
      .map(({ hours, first, second, ...one }, seq): Snapshot => {
        for (const [file, changes] of [first, second].entries()) versions[file] = (versions[file] ?? 0) + Number(changes)
        const tree = String.fromCodePoint(...versions.map((version) => 65 + version))
        return { ...one, tree, seq, turnId: `turn_${seq}`, at: new Date(now - hours * 3_600_000).toISOString() }
      })
  })
