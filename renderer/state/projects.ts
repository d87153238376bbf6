import type { Project } from '../../shared/domain/project.ts'

export type KnownProject = Pick<Project, 'root' | 'name'>

/** What a folder belongs to; before that is known, itself. */
export function projectIn(byFolder: ReadonlyMap<string, KnownProject>, folder: string): KnownProject {
  return byFolder.get(folder) ?? { root: folder, name: folder.split(/[\\/]/).findLast((part) => part !== '') ?? folder }
}

/** What to call projects: their names, with the folder above where two have the same. */
export function projectLabels(projects: Iterable<KnownProject>): ReadonlyMap<string, string> {
  const byRoot = new Map([...projects].map((project) => [project.root, project.name]))
  const uses = new Map<string, number>()
  for (const name of byRoot.values()) uses.set(name, (uses.get(name) ?? 0) + 1)
  return new Map(
    [...byRoot].map(([root, name]) => {
      const above = root.split(/[\\/]/).filter(Boolean).at(-2)
      return [root, (uses.get(name) ?? 0) > 1 && above !== undefined ? `${name} · ${above}` : name]
    }),
  )
}
