import { createHash } from 'node:crypto'
import { constants, type BigIntStats } from 'node:fs'
import { access, lstat, mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { toAppError } from '../../../shared/app-error.ts'
import type { TreePath, Uncovered } from '../../../shared/domain/changes.ts'
import { zeroFields, zeroLines } from '../git/fields.ts'
import type { Git, GitRun } from '../git/git.ts'
import type { Repository } from '../git/repository.ts'
import { diskPath, isKeptByGit, toTreePath } from '../git/tree-path.ts'
import { systemCode } from '../storage/storage-error.ts'
import { copyIndex, indexMark } from './copy-index.ts'
import { readRecords, recordArguments, type DiffRecord } from './diff-records.ts'

/** A larger file is named and not read. */
const largestFile = 20_000_000
/** What is kept of files that were looked at, before it is begun anew. */
const mostKept = 300_000_000
/** Of new files that git does not know, so many bytes are read, and small ones whatever they are together. */
const mostFresh = 200_000_000
const smallFile = 16_384
/** What is left out is named up to here. */
const mostNamed = 1_000
/** Files whose state is asked for at the same time. */
const lookedAtOnce = 128
/** Nothing of it has to outlive a power cut. */
const quick = ['core.fsync=none', 'core.looseCompression=1']
/** There is no index. */
const none = 'none'

/** How the files of a repository differ from its last commit, as git itself sees them: filters and line ends included. */
export type HeadView = {
  /** The commit; null where there is none yet. */
  head: string | null
  /** When it was committed. */
  since: string | null
  records: DiffRecord[]
  /** How the objects of the records are reached. */
  at: Pick<GitRun, 'gitDir' | 'objects'>
  /** What differs, or may, and was not read. */
  left: Uncovered[]
  note: string | null
}

/** The index that a repository would have if everything was added to it: one of ours, so that nothing of the user's is written. */
export class WorkIndex {
  readonly #git: Git
  readonly #repository: Repository
  readonly #folder: string
  /** How files were when they were added last. */
  readonly #stamps = new Map<TreePath, string>()
  readonly #mostFresh: number
  #copied = ''
  #kept = 0
  #fresh = 0
  #current: Promise<unknown> = Promise.resolve()

  /** `home`: a folder of ours; what is in it is not needed after a restart. `fresh`: so many bytes of files that git does not know are read. */
  constructor(git: Git, repository: Repository, home: string, fresh = mostFresh) {
    this.#git = git
    this.#mostFresh = fresh
    this.#repository = repository
    const name = createHash('sha1')
      .update(repository.root ?? repository.gitDir)
      .digest('hex')
      .slice(0, 20)
    this.#folder = join(home, name)
  }

  /** Looks at the files, once the look before has ended; `onBegin` says that it does. Throws GIT_FAILED and what the system says. */
  view(whitespace: boolean, onBegin: () => void): Promise<HeadView> {
    const looking = this.#current.then(() => {
      onBegin()
      return this.#look(whitespace)
    })
    this.#current = looking.catch(() => {})
    return looking
  }

  /** Whether a file and the commit are as in a view of this one. False also where that cannot be told. */
  async isSame({ head }: HeadView, path: TreePath): Promise<boolean> {
    const known = this.#stamps.get(path)
    if (known === undefined || (await this.#stampOf(path)) !== known) return false
    return (await this.#commit()) === head
  }

  #commit(): Promise<string | null> {
    return this.#git.line(['rev-parse', '-q', '--verify', 'HEAD^{commit}'], { gitDir: this.#repository.gitDir })
  }

  async #datedCommit(): Promise<{ id: string; at: string } | null> {
    const args = ['rev-list', '-1', '--timestamp', 'HEAD', '--']
    const [seconds, id] = (await this.#git.line(args, { gitDir: this.#repository.gitDir }))?.split(' ') ?? []
    return id === undefined || seconds === undefined ? null : { id, at: new Date(Number(seconds) * 1_000).toISOString() }
  }

  async #stampOf(path: TreePath): Promise<string> {
    try {
      return stampOf(await lstat(diskPath(this.#repository.root ?? '', path), { bigint: true }))
    } catch {
      return 'gone'
    }
  }

  async #look(whitespace: boolean): Promise<HeadView> {
    const { gitDir, commonDir, root } = this.#repository
    await this.#clean()
    const objects = { folder: join(this.#folder, 'objects'), besides: [join(commonDir, 'objects')] }
    await mkdir(join(objects.folder, 'pack'), { recursive: true, mode: 0o700 })
    const run: GitRun = {
      gitDir,
      workTree: root ?? gitDir,
      cwd: root ?? gitDir,
      indexFile: join(this.#folder, 'index'),
      objects,
      config: quick,
    }
    // One that was ended in the middle has left it: nobody else writes here.
    await rm(`${run.indexFile}.lock`, { force: true })
    const [note, commit] = await Promise.all([this.#takeIndex(run), this.#datedCommit()])
    const { left, skipped } = await this.#addAll(run)
    const head = commit?.id ?? null
    const base = head ?? (await this.#git.output(['hash-object', '-t', 'tree', '--stdin'], { gitDir })).toString('latin1').trim()
    const output = await this.#git.output(['diff-index', '--cached', ...recordArguments, ...(whitespace ? [] : ['-w']), base], run)
    return {
      head,
      since: commit?.at ?? null,
      records: readRecords(output),
      at: { gitDir, objects },
      left,
      note: note ?? skippedWords(skipped),
    }
  }

  /** A copy of the user's index is the start: its times of files tell what has to be looked at. A damaged one is read anew from the commit. */
  async #takeIndex(run: GitRun): Promise<string | null> {
    const { gitDir } = this.#repository
    const own = run.indexFile ?? ''
    if (this.#copied === ((await indexMark(gitDir)) ?? none) && (await stat(own).catch(() => null)) !== null) return null
    const mark = await copyIndex(gitDir, own)
    const problem = mark === null ? null : await this.#check(run)
    if (problem !== null || mark === null) {
      await rm(own, { force: true })
      if ((await this.#commit()) !== null) await this.#git.output(['read-tree', 'HEAD'], run)
    }
    this.#copied = problem === null ? (mark ?? none) : ''
    return problem === null
      ? null
      : `The index of this repository is damaged (${problem}). Delete .git/index and run git reset to repair it.`
  }

  async #check(run: GitRun): Promise<string | null> {
    const { code, stderr } = await this.#git.run(['ls-files', '-z', '--', 'no such file'], run)
    if (code === 0) return null
    return (stderr.trim().split('\n').at(-1) ?? '').replace(/^(?:fatal|error): /, '').slice(0, 200)
  }

  /** Adds what has changed and what is new; answers what was left out, and how many of it for want of room. */
  async #addAll(run: GitRun): Promise<{ left: Uncovered[]; skipped: number }> {
    const [changed, others] = await Promise.all([
      this.#git.output(['diff-files', '-z', '--name-only', '--no-ext-diff', '--ignore-submodules=dirty'], run),
      this.#git.output(['ls-files', '-z', '--others', '--exclude-standard'], run),
    ])
    const fresh = zeroFields(others)
    const isNew = new Set(fresh.map((path) => path.toString('latin1')))
    const paths = new Map([...zeroFields(changed), ...fresh].map((path) => [path.toString('latin1'), path]))
    const found = await inGroups([...paths], async ([name, path]) => ({ path, isNew: isNew.has(name), ...(await this.#lookAt(path)) }))
    const left: Uncovered[] = []
    const leave = (path: Buffer, reason: Uncovered['reason']) => left.length < mostNamed && left.push({ path: toTreePath(path), reason })
    const wanted: Buffer[] = []
    let skipped = 0
    // The small ones first: what somebody wrote is seldom large.
    for (const { path, reason, size, isNew: isOther } of found.toSorted((a, b) => a.size - b.size)) {
      const isTooMuch = isOther && size > smallFile && this.#fresh + size > this.#mostFresh
      if (reason === null && !isTooMuch) {
        wanted.push(path)
        this.#kept += size
        if (isOther) this.#fresh += size
        continue
      }
      if (reason === null) {
        this.#stamps.delete(toTreePath(path))
        skipped += 1
      }
      leave(path, reason ?? 'large')
    }
    for (const path of await this.#add(wanted, run)) leave(path, 'unreadable')
    return { left, skipped }
  }

  /** Why a file is not read, or null; `size`: what reading it costs. */
  async #lookAt(path: Buffer): Promise<{ reason: Uncovered['reason'] | null; size: number }> {
    const name = toTreePath(path)
    this.#stamps.delete(name)
    if (path.at(-1) === 0x2f) return { reason: 'repository', size: 0 }
    if (!isKeptByGit(path)) return { reason: 'reserved', size: 0 }
    try {
      const place = diskPath(this.#repository.root ?? '', name)
      const found = await lstat(place, { bigint: true })
      this.#stamps.set(name, stampOf(found))
      if (!found.isFile()) return { reason: found.isFIFO() || found.isSocket() ? 'special' : null, size: 0 }
      if (found.size > largestFile) return { reason: 'large', size: 0 }
      if (!isReadByOwner(found)) await access(place, constants.R_OK)
      return { reason: null, size: Number(found.size) }
    } catch (thrown) {
      const code = systemCode(thrown)
      if (code !== 'ENOENT' && code !== 'ENOTDIR') return { reason: 'unreadable', size: 0 }
      this.#stamps.set(name, 'gone')
      return { reason: null, size: 0 }
    }
  }

  /** Answers those that git could not take: where it stops at one, the rest is taken in halves. */
  async #add(paths: readonly Buffer[], run: GitRun): Promise<Buffer[]> {
    if (paths.length === 0) return []
    const { code, stderr } = await this.#git.run(['update-index', '-z', '--add', '--remove', '--replace', '--stdin'], {
      ...run,
      stdin: zeroLines(paths),
    })
    if (code === 0) return []
    if (/No space left|disk quota/i.test(stderr)) throw toAppError(Object.assign(new Error(stderr), { code: 'ENOSPC', syscall: 'write' }))
    if (paths.length === 1) return [...paths]
    const half = Math.ceil(paths.length / 2)
    return [...(await this.#add(paths.slice(0, half), run)), ...(await this.#add(paths.slice(half), run))]
  }

  /** Whatever an earlier run left, and what has become too much. */
  async #clean(): Promise<void> {
    const isNew = this.#copied === ''
    if (!isNew && this.#kept < mostKept) return
    this.#kept = 0
    this.#fresh = 0
    this.#copied = ''
    this.#stamps.clear()
    const names = await readdir(this.#folder).catch(() => [])
    await Promise.all(names.map((name) => rm(join(this.#folder, name), { recursive: true, force: true })))
  }
}

/** In order; some of them at the same time. */
async function inGroups<T, R>(all: readonly T[], look: (one: T) => Promise<R>): Promise<R[]> {
  const found: R[] = []
  for (let at = 0; at < all.length; at += lookedAtOnce) found.push(...(await Promise.all(all.slice(at, at + lookedAtOnce).map(look))))
  return found
}

function skippedWords(skipped: number): string | null {
  if (skipped === 0) return null
  const files = skipped === 1 ? 'One file is' : `${skipped.toLocaleString('en-US')} files are`
  return `There are more than 200 MB of new files that git does not track. ${files} not compared. Ignore or commit them to see the rest.`
}

/** The system has not to be asked then, once for each of thousands of files. Where something else forbids it git says so. */
function isReadByOwner({ mode, uid }: BigIntStats): boolean {
  return process.getuid !== undefined && BigInt(process.getuid()) === uid && (mode & 0o400n) !== 0n
}

function stampOf({ mtimeNs, ctimeNs, size, ino, mode }: BigIntStats): string {
  return `${mtimeNs} ${ctimeNs} ${size} ${ino} ${mode}`
}
