import { useMemo } from 'react'
import { usePool } from '../../state/pool-store.ts'
import { learnProjects, useProjects } from '../../state/project-store.ts'
import { projectLookup, type ProjectOf } from '../../state/projects.ts'

/** The project of a folder, and what to call it. */
export function useProjectOf(): ProjectOf {
  const byFolder = useProjects((state) => state.byFolder)
  return useMemo(() => projectLookup(byFolder), [byFolder])
}

/** A folder may wait so long for its project: conversations change many times in a second, and all are looked through. */
const restMs = 1_000

/** Learns the projects of all folders that instances and conversations work in, until the returned function is called. */
export function followProjects(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const learn = () => {
    timer = undefined
    const { loaded, instances, conversations } = usePool.getState()
    if (!loaded) return
    const folders = new Set<string>()
    for (const { cwd } of instances.values()) folders.add(cwd)
    for (const { cwd } of conversations.values()) if (cwd !== null) folders.add(cwd)
    learnProjects(folders)
  }
  const stop = usePool.subscribe((state, before) => {
    if (state.instances === before.instances && state.conversations === before.conversations) return
    // The first lists are grouped at once.
    if (!before.loaded) learn()
    else timer ??= setTimeout(learn, restMs)
  })
  learn()
  return () => {
    stop()
    clearTimeout(timer)
  }
}
