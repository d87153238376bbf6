import { create } from 'zustand'
import type { Project } from '../../shared/domain/project.ts'
import { client } from '../connection/connection.ts'
import type { KnownProject } from './projects.ts'

const mostAtOnce = 200
/** What was learned is asked again so often: a folder may have become a repository. */
const staleMs = 60_000

/** The projects of folders, as the core said. */
export const useProjects = create<{ byFolder: ReadonlyMap<string, KnownProject> }>(() => ({ byFolder: new Map() }))

const askedAt = new Map<string, number>()

/** Asks about those folders that nothing is known of, or nothing new. Where the core is not reached they are their own projects until the next time. */
export function learnProjects(folders: Iterable<string>): void {
  const now = Date.now()
  const wanted = [...folders].filter((folder) => now - (askedAt.get(folder) ?? 0) > staleMs)
  for (const folder of wanted) askedAt.set(folder, now)
  void learn(wanted)
}

/** So many after so many, until all are known. */
async function learn(folders: readonly string[]): Promise<void> {
  for (let at = 0; at < folders.length; at += mostAtOnce) {
    try {
      const { items } = await client.system.projects({ folders: folders.slice(at, at + mostAtOnce) })
      useProjects.setState(({ byFolder }) => ({ byFolder: withLearned(byFolder, items) }))
    } catch {
      for (const folder of folders.slice(at)) askedAt.delete(folder)
      return
    }
  }
}

/** The same map where nothing is new, so that nothing is drawn again. */
function withLearned(byFolder: ReadonlyMap<string, KnownProject>, items: readonly Project[]): ReadonlyMap<string, KnownProject> {
  const news = items.filter(({ folder, root }) => byFolder.get(folder)?.root !== root)
  return news.length === 0 ? byFolder : new Map([...byFolder, ...news.map(({ folder, root, name }) => [folder, { root, name }] as const)])
}
