import { createHash } from 'node:crypto'
import { constants, type BigIntStats } from 'node:fs'
import { access, lstat, mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { toAppError } from '../../../shared/app-error.ts'
import type { TreePath, Uncovered } from '../../../shared/domain/changes.ts'
import { zeroFields, zeroLines } from '../git/fields.ts'
import type { Git, GitRun } from '../git/git.ts'
import type { Repository } from '../git/repository.ts'
import { diskPath, toTreePath } from '../git/tree-path.ts'
import { copyIndex, indexMark } from './copy-index.ts'
import { readRecords, recordArguments, type DiffRecord } from './diff-records.ts'

/** A larger file is named and not read. */
const largestFile = 20_000_000
/** What is kept of files that were looked at, before it is begun anew. */
const mostKept = 300_000_000
/** Nothing of it has to outlive a power cut. */
const quick = ['core.fsync=none', 'core.looseCompression=1']
/** There is no index. */
const none = 'none'

/** How the files of a repository differ from its last commit, as git itself sees them: filters and line ends included. */
export type HeadView = {
  /** The commit; null where there is none yet. */
  head: string | null
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
  #copied = ''
  #kept = 0
  #current: Promise<unknown> = Promise.resolve()

  /** `home`: a folder of ours; what is in it is not needed after a restart. */
  constructor(git: Git, repository: Repository, home: string) {
    this.#git = git
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
    const note = await this.#takeIndex(run)
    const head = await this.#commit()
    const left = await this.#addAll(run)
    const base = head ?? (await this.#git.output(['hash-object', '-t', 'tree', '--stdin'], { gitDir })).toString('latin1').trim()
    const output = await this.#git.output(['diff-index', '--cached', ...recordArguments, ...(whitespace ? [] : ['-w']), base], run)
    return { head, records: readRecords(output), at: { gitDir, objects }, left, note }
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

  /** Adds what has changed and what is new; answers what was left out. */
  async #addAll(run: GitRun): Promise<Uncovered[]> {
    const [changed, others] = await Promise.all([
      this.#git.output(['diff-files', '-z', '--name-only', '--no-ext-diff', '--ignore-submodules=dirty'], run),
      this.#git.output(['ls-files', '-z', '--others', '--exclude-standard'], run),
    ])
    const paths = new Map([...zeroFields(changed), ...zeroFields(others)].map((path) => [path.toString('latin1'), path]))
    const left: Uncovered[] = []
    const wanted: Buffer[] = []
    for (const path of paths.values()) {
      const reason = path.at(-1) === 0x2f ? 'repository' : await this.#reasonNot(path)
      if (reason === null) wanted.push(path)
      else if (left.length < 1_000) left.push({ path: toTreePath(path), reason })
    }
    for (const path of await this.#add(wanted, run)) left.push({ path: toTreePath(path), reason: 'unreadable' })
    return left
  }

  async #reasonNot(path: Buffer): Promise<Uncovered['reason'] | null> {
    const name = toTreePath(path)
    this.#stamps.delete(name)
    try {
      const place = diskPath(this.#repository.root ?? '', name)
      const found = await lstat(place, { bigint: true })
      this.#stamps.set(name, stampOf(found))
      if (!found.isFile()) return found.isFIFO() || found.isSocket() ? 'special' : null
      if (found.size > largestFile) return 'large'
      this.#kept += Number(found.size)
      await access(place, constants.R_OK)
      return null
    } catch (thrown) {
      const code = thrown instanceof Error && 'code' in thrown ? thrown.code : null
      if (code !== 'ENOENT' && code !== 'ENOTDIR') return 'unreadable'
      this.#stamps.set(name, 'gone')
      return null
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
    this.#copied = ''
    this.#stamps.clear()
    const names = await readdir(this.#folder).catch(() => [])
    await Promise.all(names.map((name) => rm(join(this.#folder, name), { recursive: true, force: true })))
  }
}

function stampOf({ mtimeNs, ctimeNs, size, ino, mode }: BigIntStats): string {
  return `${mtimeNs} ${ctimeNs} ${size} ${ino} ${mode}`
}
