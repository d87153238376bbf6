import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { treePathSchema } from '../../../shared/domain/changes.ts'
import type { Git } from '../git/git.ts'
import type { Log } from '../log.ts'
import { writeFileAtomic } from '../storage/atomic-file.ts'
import { parseJson } from '../storage/parse-json.ts'
import { updateIndex } from './commit-index.ts'

const commitRecordSchema = z.object({ root: z.string(), head: z.string().nullable(), whole: z.array(treePathSchema) })
/** A commit that is about to be made: `head`, which it is on top of, and the files that are in it as they are. */
export type CommitRecord = z.infer<typeof commitRecordSchema>

/** Begins the name of the folder of a commit. */
export const commitPrefix = 'commit-'
/** Hooks may run whole test suites. */
export const hookLimitMs = 10 * 60_000
const name = 'commit.json'

/** Notes in the folder of a commit that it is about to be made: should the app end before the index knows of it. */
export function noteCommit(folder: string, record: CommitRecord): Promise<void> {
  return writeFileAtomic(join(folder, name), JSON.stringify(record))
}

/**
 * Commits that the end of the last run cut off after they were made: the user's index, which does not know of them and would show them taken back, is
 * told. One that is on top of another commit than then, or was never made, is left alone. Never rejects.
 */
export async function recoverCommits(home: string, git: Git, log: Log): Promise<void> {
  const names = (await readdir(home).catch(() => [])).filter((one) => one.startsWith(commitPrefix))
  for (const folder of names.map((one) => join(home, one))) {
    try {
      if (await recovered(git, folder, log)) await rm(folder, { recursive: true, force: true })
    } catch (err) {
      // It stays, and the next start tries again.
      log.warn({ err, folder }, 'the index could not be told of a commit that was cut off')
    }
  }
}

/** False where it may still be made: git goes on by itself when the app ends. */
async function recovered(git: Git, folder: string, log: Log): Promise<boolean> {
  const path = join(folder, name)
  const record = commitRecordSchema.safeParse(parseJson(await readFile(path, 'utf8').catch(() => null))).data
  if (!record) return true
  const { root, head, whole } = record
  const run = { cwd: root }
  const commit = await git.line(['rev-parse', '-q', '--verify', 'HEAD^{commit}'], run)
  if (commit === head) return Date.now() - (await stat(path)).mtimeMs > hookLimitMs
  const parent = await git.line(['rev-parse', '-q', '--verify', 'HEAD^'], run)
  if (commit === null || parent !== head) return true
  const left = await updateIndex({ git, root, folder }, { head, commit, whole: new Set(whole) })
  log.info({ root, commit, left }, 'the index was told of a commit that was cut off')
  return true
}
