import { createHash } from 'node:crypto'
import { lstat, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { RepoGit } from './repo-git.ts'

type Entry = { path: string; object: string; isLink: boolean }

/**
 * Files that were changed although git was told to overlook that (`update-index --assume-unchanged` or `--skip-worktree`): `git status` does not
 * name them, and `git worktree remove` deletes them. `root`: the top of the worktree.
 */
export async function overlookedChanges(git: RepoGit, root: string): Promise<string[]> {
  const listed = await git.text(root, ['ls-files', '-v', '--stage', '-z'], 'read the index')
  const marked = listed.split('\0').flatMap((line) => readMarked(line) ?? [])
  const there: Entry[] = []
  for (const entry of marked) if ((await lstat(join(root, entry.path)).catch(() => null)) !== null) there.push(entry)
  if (there.length === 0) return []
  const now = await objectsNow(git, root, there)
  return there.filter(({ object }, index) => now[index] !== object).map(({ path }) => path)
}

/** `H 100644 <object> 0\t<path>`: a small letter is "assume unchanged", an S "skip". Null for all others, and for submodules. */
function readMarked(line: string): Entry | null {
  const [, tag, mode, object, path] = /^(.) (\d+) (\w+) \d\t([^]*)$/.exec(line) ?? []
  if (tag === undefined || object === undefined || path === undefined) return null
  const isMarked = tag === 'S' || tag !== tag.toUpperCase()
  return isMarked && mode !== '160000' ? { path, object, isLink: mode === '120000' } : null
}

/** What git would keep of each now; null where that cannot be told. */
async function objectsNow(git: RepoGit, root: string, entries: readonly Entry[]): Promise<(string | null)[]> {
  const byName = entries.filter(({ isLink, path }) => !isLink && !path.includes('\n'))
  const input = byName.map(({ path }) => path).join('\n')
  const { code, out } = await git.reply(root, ['hash-object', '--stdin-paths'], { stdin: Buffer.from(input) })
  const objects = code === 0 ? out.split('\n') : []
  const known = new Map(byName.map(({ path }, index) => [path, objects[index] ?? null]))
  return Promise.all(entries.map(async (entry) => known.get(entry.path) ?? (await linkNow(root, entry))))
}

async function linkNow(root: string, { path, object, isLink }: Entry): Promise<string | null> {
  const target = isLink ? await readlink(join(root, path), 'buffer').catch(() => null) : null
  if (target === null) return null
  return createHash(object.length > 40 ? 'sha256' : 'sha1')
    .update(`blob ${target.length}\0`)
    .update(target)
    .digest('hex')
}
