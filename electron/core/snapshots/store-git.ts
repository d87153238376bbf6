import { mkdir, open, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFileAtomic } from '../storage/atomic-file.ts'
import { zeroFields, zeroLines } from '../git/fields.ts'
import type { Git, GitRun } from '../git/git.ts'
import { toTreePath } from '../git/tree-path.ts'
import type { TreeChange, TreeEntry } from './snapshot.ts'

/** A path that may have to be looked at anew, as git has listed it. */
export type Listed = { path: Buffer; isNew: boolean }

/** Every file as it is on the disk: no filters, no line ends, no other encodings, whatever the folder's own attributes say. */
const attributes = '* -text -eol -crlf -filter -ident !working-tree-encoding\n'
const settings = [
  'core.bare=false',
  'core.autocrlf=false',
  'core.longpaths=true',
  'core.protectNTFS=false',
  'core.quotepath=false',
  'core.logAllRefUpdates=false',
  'core.fsync=loose-object,pack,pack-metadata',
  'core.fsyncMethod=batch',
  'core.preloadIndex=true',
  'core.untrackedCache=false',
  'core.splitIndex=false',
  'index.version=4',
  'gc.auto=0',
  'maintenance.auto=false',
  'pack.threads=1',
  'pack.windowMemory=64m',
]
/** Of so many new files at once each has an object file of its own; more go into packs, some thousand in each. */
const mostLoose = 500
const packedAtOnce = 2_500
const listLimits = { maxBytes: 128 * 1024 * 1024, timeoutMs: 120_000 }
/** The rules of ignoring begin with a line that says which they are. */
const markLine = '# rules '
/** So much before a look at the files began: what changes later than that is compared by its bytes the next time, whatever its times say. */
const racyMs = 2_100

/** The repository of ours that keeps a folder's files: how git is asked about it. */
export class StoreGit {
  readonly folder: string
  readonly gitDir: string
  readonly #git: Git
  readonly #index: string
  #config: readonly string[] = []

  /** `place`: the folder of the store. */
  constructor(git: Git, place: string, folder: string) {
    this.#git = git
    this.folder = folder
    this.gitDir = join(place, 'git')
    this.#index = join(place, 'index')
  }

  /** Makes it where it is missing, and takes away the locks of a run that was killed. */
  async open(): Promise<void> {
    if ((await stat(join(this.gitDir, 'HEAD')).catch(() => null)) === null) {
      await mkdir(this.gitDir, { recursive: true, mode: 0o700 })
      await this.#git.output(['init', '-q', '--bare', '--template=', this.gitDir], { purpose: 'own', gitDir: this.gitDir })
      await mkdir(join(this.gitDir, 'info'), { recursive: true })
      await writeFile(join(this.gitDir, 'info', 'attributes'), attributes)
    }
    await rm(`${this.#index}.lock`, { force: true })
    await this.#removeUnfinished()
    await this.#outdate(Date.now() - 24 * 3_600_000)
  }

  /** What the user's git goes by: taken over for what follows. Answers whether it went by something else the last time, in an earlier run too. */
  async follow(config: readonly string[], { mark, exclude }: { mark: string; exclude: string }): Promise<boolean> {
    this.#config = config
    const path = join(this.gitDir, 'info', 'exclude')
    const known = await readFile(path, 'utf8').catch(() => '')
    const rules = `${markLine}${mark}\n${exclude}`
    if (known !== rules) await writeFileAtomic(path, rules)
    return known !== rules && known.startsWith(markLine)
  }

  /** Files that differ from what is known of them, or may; those too that are new. Nested repositories have a slash at their end. */
  async changed(signal: AbortSignal): Promise<{ listed: Listed[]; unread: string }> {
    // Beside each other: one goes through the folders, the other looks at each file that is known, in several threads; it would keep one that is
    // started after it waiting.
    const [others, known] = await Promise.all([
      this.#run(['ls-files', '-z', '--others', '--exclude-standard'], { ...listLimits, signal }),
      this.#run(['diff-files', '-z', '--name-only'], { ...listLimits, signal }),
    ])
    const listed = zeroFields(known.stdout).map((path) => ({ path, isNew: false }))
    return { listed: [...listed, ...zeroFields(others.stdout).map((path) => ({ path, isNew: true }))], unread: others.stderr }
  }

  /** Files that are known and that the rules of ignoring name by now. */
  async ignored(signal: AbortSignal): Promise<Buffer[]> {
    const args = ['ls-files', '-z', '--cached', '--ignored', '--exclude-standard']
    return zeroFields((await this.#run(args, { ...listLimits, signal })).stdout)
  }

  /** Takes files up as they are now; those that are gone go. Throws GIT_FAILED where one cannot be read. */
  async add(paths: readonly Buffer[], signal: AbortSignal): Promise<void> {
    const args = ['update-index', '-z', '--add', '--remove', '--replace', '--stdin']
    const isMany = paths.length > mostLoose
    // Files above the threshold go straight into a pack.
    const config = isMany ? ['core.bigFileThreshold=0', 'core.compression=1'] : ['core.bigFileThreshold=512m']
    for (let at = 0; at < paths.length; at += packedAtOnce) {
      await this.#run(args, {
        stdin: zeroLines(paths.slice(at, at + packedAtOnce)),
        signal,
        config,
        background: isMany,
        timeoutMs: 600_000,
      })
    }
  }

  /** Forgets files, whether or not they are there. */
  async remove(paths: readonly Buffer[], signal: AbortSignal): Promise<void> {
    if (paths.length > 0) await this.#run(['update-index', '-z', '--force-remove', '--stdin'], { stdin: zeroLines(paths), signal })
  }

  /** The tree of what is known. `since`: when the look at the files began. */
  async tree(since: number, signal: AbortSignal): Promise<string> {
    const tree = (await this.#run(['write-tree'], { signal })).stdout.toString('latin1').trim()
    await this.seen(since)
    return tree
  }

  /** The tree of what is known, without a look at the files. */
  async knownTree(signal: AbortSignal): Promise<string> {
    const { mtimeMs } = await stat(this.#index).catch(() => ({ mtimeMs: 0 }))
    const tree = (await this.#run(['write-tree'], { signal })).stdout.toString('latin1').trim()
    await this.#outdate(mtimeMs)
    return tree
  }

  /** A look that began then has found every file as it is known. */
  seen(since: number): Promise<void> {
    return this.#outdate(since - racyMs)
  }

  /** Keeps what is in a pack. */
  async keep(pack: Buffer, signal: AbortSignal): Promise<void> {
    await this.#run(['unpack-objects', '-q'], { stdin: pack, signal })
  }

  /** Forgets all files: the next look takes every one up again. */
  async forget(): Promise<void> {
    await rm(this.#index, { force: true })
  }

  /** How many files are known; 0 where there is no index. */
  async count(): Promise<number> {
    const header = await readHeader(this.#index)
    return header !== null && header.toString('latin1', 0, 4) === 'DIRC' ? header.readUInt32BE(8) : 0
  }

  /** What differs between two trees, in order of the bytes of the paths. */
  async diff(oldTree: string, newTree: string): Promise<TreeChange[]> {
    if (oldTree === newTree) return []
    const args = ['diff-tree', '-r', '-z', '--raw', '--no-renames', '--no-abbrev', oldTree, newTree]
    return changesOf(zeroFields((await this.#run(args, { maxBytes: listLimits.maxBytes })).stdout))
  }

  /** Keeps bytes. */
  async write(bytes: Uint8Array): Promise<string> {
    const { stdout } = await this.#run(['hash-object', '-w', '--no-filters', '--stdin'], { stdin: bytes })
    return stdout.toString('latin1').trim()
  }

  /** How git is run here. */
  get place(): Required<Pick<GitRun, 'gitDir' | 'purpose' | 'config'>> {
    return { gitDir: this.gitDir, purpose: 'own', config: settings }
  }

  /** Runs git on the store; throws as `Git.output` does. */
  async #run(args: readonly string[], run: GitRun): Promise<{ stdout: Buffer; stderr: string }> {
    const config = [...settings, ...this.#config, ...(run.config ?? [])]
    const places = { gitDir: this.gitDir, workTree: this.folder, indexFile: this.#index, cwd: this.folder }
    return this.#git.outputs(args, { ...run, ...places, purpose: 'own', config })
  }

  /**
   * A file that changes within the same tick of the clock as it was read looks unchanged. Git reads those again that are not older than its index:
   * so the index is made older than the look at the files.
   */
  async #outdate(time: number): Promise<void> {
    await utimes(this.#index, new Date(time), new Date(time)).catch(() => {})
  }

  async #removeUnfinished(): Promise<void> {
    const objects = join(this.gitDir, 'objects')
    for (const folder of await readdir(objects).catch(() => [])) {
      const names = await readdir(join(objects, folder)).catch(() => [])
      for (const name of names) if (name.startsWith('tmp_')) await rm(join(objects, folder, name), { force: true, recursive: true })
      if (folder.startsWith('tmp_')) await rm(join(objects, folder), { force: true, recursive: true })
    }
  }
}

async function readHeader(path: string): Promise<Buffer | null> {
  try {
    const file = await open(path, 'r')
    try {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(12), 0, 12, 0)
      return bytesRead === 12 ? buffer : null
    } finally {
      await file.close()
    }
  } catch {
    return null
  }
}

/** `:100644 100755 <old> <new> M`, then the path. */
function changesOf(fields: readonly Buffer[]): TreeChange[] {
  const changes: TreeChange[] = []
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [oldMode = '', newMode = '', oldObject = '', newObject = ''] = (fields[at] ?? Buffer.alloc(0))
      .toString('latin1')
      .slice(1)
      .split(' ')
    const path = toTreePath(fields[at + 1] ?? Buffer.alloc(0))
    changes.push({ path, old: entryOf(oldMode, oldObject), new: entryOf(newMode, newObject) })
  }
  return changes
}

function entryOf(mode: string, object: string): TreeEntry | null {
  return mode === '000000' ? null : { mode, object }
}
