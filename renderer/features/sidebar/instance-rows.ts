import type { Instance } from '../../../shared/domain/instance.ts'
import { byName } from '../../words/by-name.ts'
import type { OwnProject, ProjectOf } from '../../state/projects.ts'

/** One line of the list of instances. `key` names its group. */
export type InstanceListRow =
  | { kind: 'instances'; count: number; memoryMb: number; folded: boolean }
  | { kind: 'pins'; key: string; count: number; folded: boolean }
  | { kind: 'project'; key: string; root: string; name: string; ids: readonly string[]; working: number; folded: boolean }
  | { kind: 'instance'; instance: Instance }

export type InstanceSources = {
  /** As they are to be shown: see `rankedInstances`. */
  instances: readonly Instance[]
  /** Ids, the first pinned first. */
  pins: readonly string[]
  projectOf: ProjectOf
  folded: ReadonlySet<string>
  /** The one on the screen, which is shown whatever its group shows. */
  open: string | null
}

/** The key of the list as a whole. */
export const instancesKey = 'instances'

/** Those that need the user first, then those that work, then the one used last; what is alike by its name. */
export function rankedInstances(instances: Iterable<Instance>): Instance[] {
  return [...instances].toSorted((a, b) => rankOf(a) - rankOf(b) || byUse(a, b) || byName(a.name, b.name))
}

/** Pinned ones, and all others below their projects by name. */
export function instanceRows(sources: InstanceSources): InstanceListRow[] {
  const { instances, folded, open } = sources
  const memoryMb = instances.reduce((sum, { process }) => sum + (process?.memoryMb ?? 0), 0)
  const isFolded = folded.has(instancesKey)
  const head: InstanceListRow = { kind: 'instances', count: instances.length, memoryMb: Math.round(memoryMb), folded: isFolded }
  if (isFolded) return [head, ...instances.filter(({ id }) => id === open).map(rowOf)]
  const pins = new Map(sources.pins.map((id, place) => [id, place]))
  const pinned = instances.filter(({ id }) => pins.has(id)).toSorted((a, b) => (pins.get(a.id) ?? 0) - (pins.get(b.id) ?? 0))
  return [
    head,
    ...pinnedRows(pinned, sources),
    ...projectRows(
      instances.filter(({ id }) => !pins.has(id)),
      sources,
    ),
  ]
}

/** The ids of the instances among rows, in their order. */
export function instanceIdsIn(rows: readonly InstanceListRow[]): string[] {
  return rows.flatMap((row) => (row.kind === 'instance' ? [row.instance.id] : []))
}

function pinnedRows(pinned: readonly Instance[], { folded, open }: InstanceSources): InstanceListRow[] {
  if (pinned.length === 0) return []
  const key = 'instances pinned'
  const isFolded = folded.has(key)
  return [{ kind: 'pins', key, count: pinned.length, folded: isFolded }, ...membersOf(pinned, isFolded, open)]
}

function projectRows(instances: readonly Instance[], { projectOf, folded, open }: InstanceSources): InstanceListRow[] {
  const groups = new Map<string, { project: OwnProject; members: Instance[] }>()
  for (const instance of instances) {
    const project = projectOf(instance.cwd)
    const group = groups.get(project.root)
    if (group) group.members.push(instance)
    else groups.set(project.root, { project, members: [instance] })
  }
  const named = [...groups.values()].toSorted(({ project: a }, { project: b }) => a.order - b.order || (a.root < b.root ? -1 : 1))
  return named.flatMap(({ project: { root, label }, members }) => {
    const key = `instances ${root}`
    const isFolded = folded.has(key)
    const working = members.filter((one) => rankOf(one) < 2).length
    return [
      { kind: 'project' as const, key, root, name: label, ids: members.map(({ id }) => id), working, folded: isFolded },
      ...membersOf(members, isFolded, open),
    ]
  })
}

function membersOf(members: readonly Instance[], isFolded: boolean, open: string | null): InstanceListRow[] {
  return (isFolded ? members.filter(({ id }) => id === open) : members).map(rowOf)
}

function rankOf({ state, approvals, background }: Instance): number {
  if (approvals > 0 || state === 'failed') return 0
  return state === 'busy' || state === 'starting' || background.length > 0 ? 1 : 2
}

function byUse(a: Instance, b: Instance): number {
  const [left, right] = [a.lastUsedAt ?? a.createdAt, b.lastUsedAt ?? b.createdAt]
  return left === right ? 0 : left < right ? 1 : -1
}

const rows = new WeakMap<Instance, InstanceListRow>()

/** One row for each state of an instance, so that what has not changed is not drawn again. */
function rowOf(instance: Instance): InstanceListRow {
  const known = rows.get(instance)
  if (known) return known
  const row: InstanceListRow = { kind: 'instance', instance }
  rows.set(instance, row)
  return row
}
