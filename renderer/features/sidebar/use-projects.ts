import { useEffect, useMemo } from 'react'
import { usePool } from '../../state/pool-store.ts'
import { learnProjects, useProjects } from '../../state/project-store.ts'
import { projectLookup, type ProjectOf } from '../../state/projects.ts'

/** The project of a folder, and what to call it. */
export function useProjectOf(): ProjectOf {
  const byFolder = useProjects((state) => state.byFolder)
  return useMemo(() => projectLookup(byFolder), [byFolder])
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
