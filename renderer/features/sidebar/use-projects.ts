import { useEffect, useMemo } from 'react'
import { usePool } from '../../state/pool-store.ts'
import { learnProjects, useProjects } from '../../state/project-store.ts'
import { byName } from '../../words/by-name.ts'
import { projectIn, projectLabels } from '../../state/projects.ts'

/** `order`: the place of its name among those of all projects. */
export type OwnProject = { root: string; label: string; order: number }
export type ProjectOf = (folder: string) => OwnProject

/** The project of a folder, and what to call it. Ten thousand conversations ask, and names are compared once. */
export function useProjectOf(): ProjectOf {
  const byFolder = useProjects((state) => state.byFolder)
  return useMemo(() => {
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
  }, [byFolder])
}

/** Learns the projects of all folders that instances and conversations work in. */
export function useLearnedProjects(): void {
  const instances = usePool((state) => state.instances)
  const conversations = usePool((state) => state.conversations)
  const loaded = usePool((state) => state.loaded)
  useEffect(() => {
    if (!loaded) return
    const folders = new Set<string>()
    for (const { cwd } of instances.values()) folders.add(cwd)
    for (const { cwd } of conversations.values()) if (cwd !== null) folders.add(cwd)
    learnProjects(folders)
  }, [loaded, instances, conversations])
}
