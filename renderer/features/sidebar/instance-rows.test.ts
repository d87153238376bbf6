import { expect, test } from 'vitest'
import { idOf, sampleInstance } from '../../../e2e/support/samples.ts'
import type { Instance } from '../../../shared/domain/instance.ts'
import { instanceRows, rankedInstances, type InstanceSources } from './instance-rows.ts'

const one = (number: number, extra: Partial<Instance> = {}) => sampleInstance({ id: idOf('inst', number), name: `i${number}`, ...extra })

const nothing: InstanceSources = {
  instances: [],
  pins: [],
  projectOf: (folder) => ({ root: folder, label: folder.slice(1), order: folder.charCodeAt(1) }),
  folded: new Set(),
  open: null,
}

function lines(sources: Partial<InstanceSources>): string[] {
  return instanceRows({ ...nothing, ...sources }).map((row) => {
    if (row.kind === 'instance') return row.instance.name
    if (row.kind === 'project') return `${row.name.toUpperCase()} ${row.working}/${row.ids.length}`
    return row.kind
  })
}

test('what needs the user comes first, then what works, then what was used last', () => {
  const all = [
    one(1, { lastUsedAt: '2026-01-01T00:00:00.000Z' }),
    one(2, { lastUsedAt: '2026-01-05T00:00:00.000Z' }),
    one(3, { state: 'busy' }),
    one(4, { state: 'failed' }),
    one(5, { state: 'busy', approvals: 1 }),
    one(10),
    one(9),
  ]
  expect(rankedInstances(all).map(({ name }) => name)).toEqual(['i4', 'i5', 'i3', 'i2', 'i9', 'i10', 'i1'])
})

test('instances stand below their projects, pinned ones above them', () => {
  const instances = [one(1, { cwd: '/b', state: 'busy' }), one(2, { cwd: '/a' }), one(3, { cwd: '/b' }), one(4, { cwd: '/b' })]
  expect(lines({ instances, pins: [idOf('inst', 4), idOf('inst', 2)] })).toEqual(['instances', 'pins', 'i4', 'i2', 'B 1/2', 'i1', 'i3'])
  const folded = new Set(['instances /b'])
  expect(lines({ instances, folded, open: idOf('inst', 3) })).toEqual(['instances', 'A 0/1', 'i2', 'B 1/3', 'i3'])
  expect(lines({ instances, folded: new Set(['instances']), open: idOf('inst', 3) })).toEqual(['instances', 'i3'])
})
