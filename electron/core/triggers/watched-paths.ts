import { join, matchesGlob } from 'node:path/posix'
import { join as joinHere } from 'node:path'
import { z } from 'zod'

/** What is looked at: files that match a pattern below a folder, or the branches in a repository's own folder. */
export const watchedSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('files'), folder: z.string(), glob: z.string() }),
  z.object({ kind: z.literal('refs'), folder: z.string() }),
])
export type Watched = z.infer<typeof watchedSchema>

/** How a folder is watched for it. Paths that come of that are below `folder`; null: it is not meant. */
export type WatchPlan = { folder: string; isIgnored: (path: string) => boolean; told: (path: string) => string | null }

/** Others write here all the time; a pattern that names them means them. */
const seldomMeant = ['.git', 'node_modules']

export function planOf(watched: Watched): WatchPlan {
  const { folder } = watched
  if (watched.kind === 'refs') return { folder, isIgnored: (path) => !isAboutRefs(path), told: (path) => path }
  const { glob } = watched
  // Only what the pattern can mean is watched.
  const prefix = fixedPart(glob)
  const told = (below: string): string | null => {
    const path = join(prefix, below)
    return matchesGlob(path, glob) ? path : null
  }
  return { folder: joinHere(folder, prefix), isIgnored: (path) => isPassedOver(path, glob), told }
}

/** Whether nothing is looked for below this path, relative to the folder. */
export function isPassedOver(path: string, glob: string): boolean {
  return seldomMeant.some((name) => !glob.includes(name) && path.split('/').includes(name))
}

/** The folders that a pattern begins with, without any of its signs. */
export function fixedPart(glob: string): string {
  const parts = glob.split('/')
  const first = parts.findIndex((part) => /[*?[\]{}()!+@\\]/.test(part))
  return parts.slice(0, first < 0 ? -1 : first).join('/')
}

/** Within a repository's own folder; that of a work tree is below `worktrees`. */
function isAboutRefs(path: string): boolean {
  const [first = '', second, third, ...more] = path.split('/')
  if (first === 'worktrees') return second === undefined || third === undefined || (third === 'HEAD' && more.length === 0)
  if (first === 'refs') return second === undefined || second === 'heads'
  return first === 'HEAD' || first === 'packed-refs' || first === 'reftable'
}
