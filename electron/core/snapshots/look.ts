import type { Uncovered } from '../../../shared/domain/changes.ts'
import type { Git } from '../git/git.ts'
import type { Repository } from '../git/repository.ts'
import { zeroFields } from '../git/fields.ts'
import { isBroken } from './faults.ts'
import type { ObjectReader } from './object-reader.ts'
import type { Permissions } from './permissions.ts'
import { QuickTree } from './quick-tree.ts'
import { lookAt, takeUp, tooLarge, unreadFolders, type Found, type ScanLimits } from './scan.ts'
import type { Listed, StoreGit } from './store-git.ts'
import { Surfacing } from './surfacing.ts'
import type { UserRules, UserRulesReader } from './user-rules.ts'

export type LookOptions = {
  git: Git
  store: StoreGit
  reader: ObjectReader
  permissions: Permissions
  rules: UserRulesReader
  folder: string
  /** The repository that the folder is the root of. */
  repository: Repository | null
  /** Lines for git to ignore besides what the user's git does. */
  ignore: string
  limits: ScanLimits
}

/** What git has listed: `isUsual` where the same is ignored as before; `otherRules` where the user's own rules are others than at any look before. */
type Listing = { listed: Listed[]; isUsual: boolean; otherRules: boolean; rules: UserRules }

/** So many files may differ from the index before it is brought up to date. */
const mostBehind = 200
/** More than that is not held in memory at once. */
const mostBytes = 16 * 1024 * 1024
/** So many were taken up at once that the next look, when their times can be believed, goes by the index again. */
const many = 500

/**
 * Looks at the files of a folder and says which tree they are. Git's index remembers what is known of each file. It is written anew only now and then:
 * as long as few files differ from it, their folders alone are written.
 */
export class Look {
  readonly surfacing = new Surfacing()
  readonly #options: LookOptions
  #uncovered: readonly Uncovered[] = []
  #unread: readonly Uncovered[] = []
  /** The tree of the index; null where that is not known. */
  #tree: string | null = null
  #followed = false
  /** The rules of ignoring by which the index was made. */
  #mark: string | null = null
  #unsettled = false
  #behind = 0
  readonly #quickTree: QuickTree

  constructor(options: LookOptions) {
    this.#options = options
    this.#quickTree = new QuickTree(options.store, options.reader)
  }

  /** What the last one has left out. */
  get uncovered(): readonly Uncovered[] {
    return this.#uncovered
  }

  /** Whether the index should be brought up to date soon. */
  get isBehind(): boolean {
    return this.#behind > mostBehind
  }

  /** The tree of all that is there now. The index only saves work: one that cannot be read is made anew. */
  async now(signal: AbortSignal): Promise<string> {
    try {
      return await this.#once(signal)
    } catch (thrown) {
      if (!isBroken(thrown)) throw thrown
      this.#tree = null
      this.#mark = null
      await this.#options.store.forget()
      return this.#once(signal)
    }
  }

  /** Brings the index up to date. */
  async catchUp(signal: AbortSignal): Promise<void> {
    const since = Date.now()
    await this.#byIndex(await this.#list(signal), since, signal)
  }

  /** Objects may have been removed. */
  forget(): void {
    this.#quickTree.forget()
  }

  /** The tree of the index, whether or not it is up to date. */
  indexTree(signal: AbortSignal): Promise<string> {
    return this.#options.store.knownTree(signal)
  }

  async #once(signal: AbortSignal): Promise<string> {
    const since = Date.now()
    const listing = await this.#list(signal)
    await this.#options.permissions.lookAgain(this.#options.folder)
    return (await this.#quick(listing, since, signal)) ?? this.#byIndex(listing, since, signal)
  }

  /** Null where it is to be done by the index. */
  async #quick(listing: Listing, since: number, signal: AbortSignal): Promise<string | null> {
    const { listed, isUsual, rules } = listing
    const { store, limits, permissions } = this.#options
    const base = this.#tree
    if (base === null || !isUsual || this.#unsettled || this.#followed || listed.length > mostBehind * 2 || !isPlain(rules, listed))
      return null
    const found = await lookAt(store.folder, listed, limits, false)
    if (found.bytes > mostBytes) return null
    if (listed.every(({ isNew }) => isNew)) await store.seen(since)
    this.#behind = found.add.length + found.remove.length
    const tree = this.#behind === 0 ? base : await this.#quickTree.of(base, found, signal).catch(() => null)
    if (tree === null) return null
    permissions.seen(found.modes)
    this.#looked(listing, found.uncovered)
    return tree
  }

  #looked({ listed, otherRules }: Listing, uncovered: readonly Uncovered[]): void {
    this.#uncovered = [...this.#unread, ...uncovered]
    this.surfacing.looked(listed, this.#uncovered, otherRules)
  }

  async #byIndex(listing: Listing, since: number, signal: AbortSignal): Promise<string> {
    const { listed } = listing
    const { store, limits, permissions } = this.#options
    const known = this.#tree
    // Until all of it is taken up: what fails in between leaves an index that no tree is known of.
    this.#tree = null
    this.#quickTree.forget()
    const seen = async ({ modes }: Found) => {
      permissions.seen(modes)
      // What the index knows is not looked at again.
      await permissions.save()
    }
    const { uncovered, changed } = await takeUp({ store, limits, seen }, listed, signal)
    this.#looked(listing, uncovered)
    const tree = changed > 0 || this.#followed || known === null ? await store.tree(since, signal) : known
    if (changed === 0) await store.seen(since)
    this.#tree = tree
    this.#unsettled = changed > many
    this.#followed = false
    this.#behind = 0
    return tree
  }

  async #list(signal: AbortSignal): Promise<Listing> {
    const { rules: reader, store, folder, repository, limits, ignore } = this.#options
    const rules = await reader.of(folder, repository)
    const { config, exclude, mark } = rules
    const otherRules = mark !== this.#mark && (await store.follow(config, { mark, exclude: `${exclude}\n${ignore}` }))
    const { listed, unread } = await store.changed(signal)
    this.#unread = unreadFolders(unread)
    const known = await store.count()
    if (known + listed.length > limits.files) throw tooLarge(`more than ${limits.files.toLocaleString('en')} files`)
    const haveOthers = mark !== this.#mark || listed.some(({ path }) => /(?:^|\/)\.gitignore$/.test(path.toString('latin1')))
    if (haveOthers && known > 0) await this.#follow(signal)
    this.#mark = mark
    const all = haveOthers ? [...listed, ...(await this.#tracked(signal))] : listed
    return { listed: all, isUsual: !haveOthers, otherRules, rules }
  }

  /** Other files are ignored than before: those go, unless the user's own repository keeps them. */
  async #follow(signal: AbortSignal): Promise<void> {
    const { store } = this.#options
    const ignored = await store.ignored(signal)
    if (ignored.length === 0) return
    this.#followed = true
    const kept = new Set((await this.#tracked(signal)).map(({ path }) => path.toString('latin1')))
    const going = ignored.filter((path) => !kept.has(path.toString('latin1')))
    await store.remove(going, signal)
    this.surfacing.ignored(going)
  }

  /** Files of the user's repository although they are ignored. */
  async #tracked(signal: AbortSignal): Promise<Listed[]> {
    const { git, folder, repository } = this.#options
    if (repository === null) return []
    const args = ['ls-files', '-z', '--cached', '--ignored', '--exclude-standard']
    const { code, stdout } = await git.run(args, { cwd: folder, background: true, signal })
    return code === 0 ? zeroFields(stdout).map((path) => ({ path, isNew: true })) : []
  }
}

const unusual = /^core\.(?:(?:filemode|symlinks)=(?!true$)|(?:ignorecase|precomposeunicode)=(?!false$))/

/** Whether modes, links and names are in the tree just as they are on the disk. */
function isPlain({ config }: UserRules, listed: readonly Listed[]): boolean {
  if (process.platform === 'win32' || config.some((line) => unusual.test(line))) return false
  // macOS has other spellings of the same name.
  return process.platform === 'linux' || listed.every(({ isNew }) => !isNew)
}
