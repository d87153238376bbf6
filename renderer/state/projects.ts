import type { Project } from '../../shared/domain/project.ts'
import { byName } from '../words/by-name.ts'

export type KnownProject = Pick<Project, 'root' | 'name'>

/** What a folder belongs to; before that is known, itself. */
export function projectIn(byFolder: ReadonlyMap<string, KnownProject>, folder: string): KnownProject {
  return byFolder.get(folder) ?? { root: folder, name: folder.split(/[\\/]/).findLast((part) => part !== '') ?? folder }
}

/** More folders above would be no help to anybody. */
const mostAbove = 6

/** What to call projects: their names, with as many of the folders above as tell those of one name apart. */
export function projectLabels(projects: Iterable<KnownProject>): ReadonlyMap<string, string> {
  const byRoot = new Map([...projects].map((project) => [project.root, project.name]))
  const labels = new Map(byRoot)
  for (let above = 1; above <= mostAbove; above += 1) {
    const alike = new Map<string, number>()
    for (const label of labels.values()) alike.set(label, (alike.get(label) ?? 0) + 1)
    const shared = [...labels].filter(([, label]) => (alike.get(label) ?? 0) > 1)
    if (shared.length === 0) break
    for (const [root] of shared) labels.set(root, labelOf(root, byRoot.get(root) ?? root, above))
  }
  return labels
}

function labelOf(root: string, name: string, above: number): string {
  const parents = root.split(/[\\/]/).filter(Boolean).slice(0, -1)
  return parents.length === 0 ? name : `${name} · ${parents.slice(-above).join('/')}`
}

/** `order`: the place of its name among those of all projects. */
export type OwnProject = { root: string; label: string; order: number }
export type ProjectOf = (folder: string) => OwnProject

/** Finds the projects of folders. Ten thousand conversations ask, so names are compared once and answers are kept. */
export function projectLookup(byFolder: ReadonlyMap<string, KnownProject>): ProjectOf {
  const labels = projectLabels(byFolder.values())
  const ordered = [...labels].toSorted(([a, left], [b, right]) => byName(left, right) || (a < b ? -1 : 1))
  const orders = new Map(ordered.map(([root], place) => [root, place]))
  const known = new Map<string, OwnProject>()
  return (folder) => {
    const found = known.get(folder)
    if (found) return found
    const { root, name } = projectIn(byFolder, folder)
    // One that nothing is known of yet stands below those that have their place.
    const project = { root, label: labels.get(root) ?? name, order: orders.get(root) ?? orders.size }
    known.set(folder, project)
    return project
  }
}
