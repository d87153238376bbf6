import { readFile, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { isErrorCode, toAppError } from '../../../shared/app-error.ts'
import type { GitState } from '../../../shared/domain/changes.ts'
import { zeroFields } from '../git/fields.ts'
import type { Git } from '../git/git.ts'
import { repositoryOf, type Repository } from '../git/repository.ts'

export type GitOperation = NonNullable<GitState['operation']>
type Counts = Pick<GitState, 'staged' | 'changed' | 'untracked' | 'conflicted'>
type Head = Pick<GitState, 'branch' | 'head' | 'upstream' | 'ahead' | 'behind'>

/** Looking at all files is given up after this time, then at the untracked ones. */
const patienceMs = 3_000
const unknown: Counts = { staged: null, changed: null, untracked: null, conflicted: null }
const nowhere: Head = { branch: null, head: null, upstream: null, ahead: null, behind: null }

/** The state of the repository that a folder is in. What git refuses is told in `note`; only what is unforeseen is thrown. */
export async function gitStateOf(git: Git, folder: string | null, signal?: AbortSignal): Promise<GitState> {
  const repository = folder === null ? null : await repositoryOf(folder)
  if (repository === null) return absent('This folder is not in a git repository.')
  const { root, isWorktree, commonDir } = repository
  if (root === null) return absent('This is a bare repository: it has no files to compare.')
  try {
    const operation = await operationOf(repository)
    const { head, counts, note } = await look(git, repository, signal)
    const branch = head.branch ?? (operation === 'rebase' ? await rebasedBranch(repository) : null)
    return {
      available: true,
      note,
      root,
      ...head,
      branch,
      operation,
      ...counts,
      worktreeOf: isWorktree ? (basename(commonDir) === '.git' ? dirname(commonDir) : commonDir) : null,
    }
  } catch (thrown) {
    const error = toAppError(thrown)
    if (!isErrorCode(error.code) || error.code === 'INTERNAL') throw thrown
    return { ...absent(error.message), root }
  }
}

function absent(note: string): GitState {
  return { available: false, note, root: null, ...nowhere, operation: null, ...unknown, worktreeOf: null }
}

async function look(git: Git, { root }: Repository, signal?: AbortSignal): Promise<{ head: Head; counts: Counts; note: string | null }> {
  const run = { cwd: root ?? '', timeoutMs: patienceMs, ...(signal ? { signal } : {}) }
  const ask = async (...more: string[]): Promise<Buffer | string> => {
    try {
      return await git.output([...statusArguments, ...more], run)
    } catch (thrown) {
      const error = toAppError(thrown)
      if (signal?.aborted || error.code !== 'GIT_FAILED') throw thrown
      return error.message
    }
  }
  const all = await ask('--untracked-files=normal')
  if (typeof all !== 'string') return { ...readStatus(all), note: null }
  const known = await ask('--untracked-files=no', '--no-ahead-behind')
  if (typeof known !== 'string') {
    const { head, counts } = readStatus(known)
    return { head, counts: { ...counts, untracked: null }, note: 'There are too many untracked files to count them quickly.' }
  }
  const [branch, commit] = await Promise.all([
    git.line(['symbolic-ref', '--short', '-q', 'HEAD'], { cwd: run.cwd }),
    git.line(['rev-parse', '-q', '--verify', 'HEAD^{commit}'], { cwd: run.cwd }),
  ])
  return { head: { ...nowhere, branch, head: commit }, counts: unknown, note: all }
}

const statusArguments = [
  '-c',
  'status.renames=false',
  '-c',
  'status.relativePaths=false',
  'status',
  '--porcelain=v2',
  '--branch',
  '-z',
  '--ignore-submodules=dirty',
]

/** What `git status --porcelain=v2 --branch -z` says. */
export function readStatus(output: Buffer): { head: Head; counts: Counts } {
  const head = { ...nowhere }
  const counts = { staged: 0, changed: 0, untracked: 0, conflicted: 0 }
  const fields = zeroFields(output)
  for (let at = 0; at < fields.length; at += 1) {
    const line = (fields[at] ?? Buffer.alloc(0)).toString('utf8', 0, 1_000)
    const [kind, states = ''] = line.split(' ', 2)
    if (kind === '#') readHead(head, line)
    else if (kind === '?') counts.untracked += 1
    else if (kind === 'u') counts.conflicted += 1
    else if (kind === '1' || kind === '2') {
      if (states[0] !== '.') counts.staged += 1
      if (states[1] !== '.') counts.changed += 1
      // The name that it had comes as a field of its own.
      if (kind === '2') at += 1
    }
  }
  return { head, counts }
}

function readHead(head: Head, line: string): void {
  const [, name, value = ''] = /^# (\S+) (.*)$/s.exec(line) ?? []
  if (name === 'branch.oid' && value !== '(initial)') head.head = value
  if (name === 'branch.head' && value !== '(detached)') head.branch = value
  if (name === 'branch.upstream') head.upstream = value
  const [, ahead, behind] = name === 'branch.ab' ? (/^\+(\d+) -(\d+)$/.exec(value) ?? []) : []
  if (ahead !== undefined && behind !== undefined) Object.assign(head, { ahead: Number(ahead), behind: Number(behind) })
}

/** What the repository is in the middle of, as its files say. */
export async function operationOf({ gitDir }: Repository): Promise<GitOperation | null> {
  const has = (name: string) =>
    stat(join(gitDir, name)).then(
      () => true,
      () => false,
    )
  if (await has('rebase-merge')) return 'rebase'
  if (await has('rebase-apply')) return (await has(join('rebase-apply', 'applying'))) ? 'am' : 'rebase'
  if (await has('MERGE_HEAD')) return 'merge'
  if (await has('CHERRY_PICK_HEAD')) return 'cherry-pick'
  if (await has('REVERT_HEAD')) return 'revert'
  return (await has('BISECT_LOG')) ? 'bisect' : null
}

async function rebasedBranch({ gitDir }: Repository): Promise<string | null> {
  for (const folder of ['rebase-merge', 'rebase-apply']) {
    const name = await readFile(join(gitDir, folder, 'head-name'), 'utf8').catch(() => null)
    if (name !== null) return name.trim().replace(/^refs\/heads\//, '')
  }
  return null
}
