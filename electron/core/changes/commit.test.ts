import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { repositoryOf } from '../git/repository.ts'
import { Workshop } from './change-fixtures.ts'
import { pick } from './chosen.ts'
import { planCommit } from './commit-plan.ts'
import { commitChosen, type Committed } from './commit.ts'
import { patchOf } from './file-patch.ts'
import { HeadComparisons } from './head-comparisons.ts'
import { changedLines, type ChosenLines } from './pick-lines.ts'

let shop: Workshop
let heads: HeadComparisons
beforeAll(async () => {
  shop = await Workshop.open()
  heads = new HeadComparisons(shop.git, join(shop.folder, 'home'))
})
afterAll(() => shop.close())

/** Commits files as they are chosen from the difference to the last commit. */
async function commit(root: string, choice: Record<string, ChosenLines | null>, limitMs = 60_000): Promise<Committed> {
  const repository = await repositoryOf(root)
  if (repository === null) throw new Error('There is no repository.')
  const head = await heads.of(repository, true)
  const chosen = Object.entries(choice).map(([path, lines]) => ({
    path,
    version: head.files.find((file) => file.path === path)?.version ?? 'none',
    ...(lines === null ? {} : { lines: { removed: [...lines.removed], added: [...lines.added] } }),
  }))
  const plan = await planCommit(shop.git, { at: head.at, whitespace: true, head }, pick(head.files, chosen))
  return commitChosen({ git: shop.git, repository, home: join(shop.folder, 'home'), limitMs }, plan, 'Second\n\nBecause.')
}

const status = (root: string) => shop.plain(root, 'status', '--porcelain', '--untracked-files=all')
const shown = (root: string, path: string, at = 'HEAD') => shop.plain(root, 'show', `${at}:${path}`)

async function hook(root: string, name: string, lines: string): Promise<void> {
  await writeFile(join(root, '.git', 'hooks', name), `#!/bin/sh\n${lines}\n`)
  await chmod(join(root, '.git', 'hooks', name), 0o755)
}

describe('a commit of what was chosen', () => {
  it('has that and nothing else; what else was staged stays staged exactly so, and no file is touched', async () => {
    const root = await shop.repository('chosen', { a: '1\n', b: '1\n', c: '1\n', old: 'x\ny\nz\n', run: '1\n', gone: '1\n', 'a\nb': '1\n' })
    await shop.write(root, { a: '2\n', b: 'staged\n', new: 'n\n', 'a\nb': '2\n', 'not chosen': '' })
    shop.plain(root, 'add', 'b')
    await shop.write(root, { b: 'worked on\n', c: '2\n' })
    shop.plain(root, 'mv', 'old', 'moved')
    await chmod(join(root, 'run'), 0o755)
    await rm(join(root, 'gone'))
    const { branch, commit: made } = await commit(root, { a: null, new: null, moved: null, run: null, gone: null, 'a\nb': null })
    expect({ branch, made }).toEqual({ branch: 'main', made: shop.plain(root, 'rev-parse', 'HEAD').trim() })
    expect(shop.plain(root, 'show', '-s', '--format=%an %ae|%B').trim()).toBe('Ada ada@example.com|Second\n\nBecause.')
    expect(shop.plain(root, 'show', '--format=', '--name-status', '-z', '--no-renames').split('\0').join(' ')).toBe(
      'M a M a\nb D gone A moved A new D old M run ',
    )
    expect(status(root)).toBe('MM b\n M c\n?? "not chosen"\n')
    expect(shown(root, 'b', '')).toBe('staged\n')
    expect(await readFile(join(root, 'b'), 'utf8')).toBe('worked on\n')
  })

  it('has only the chosen lines of a file, beside what was staged of it', async () => {
    const lines = Array.from({ length: 30 }, (_, n) => `line ${n}\n`)
    const with_ = (changes: Record<number, string>) => lines.map((line, n) => changes[n] ?? line).join('')
    const root = await shop.repository('lines', { a: with_({}), b: 'one\ntwo\n' })
    await shop.write(root, { a: with_({ 2: 'staged\n' }) })
    shop.plain(root, 'add', 'a')
    await shop.write(root, { a: with_({ 2: 'staged\n', 14: 'chosen\n', 25: 'not chosen\n' }), b: 'zero\none\ntwo\nthree' })
    await commit(root, { a: { removed: [15], added: [15] }, b: { removed: [], added: [4] } })
    expect(shown(root, 'a')).toBe(with_({ 14: 'chosen\n' }))
    expect(shown(root, 'b')).toBe('one\ntwo\nthree')
    expect(shown(root, 'a', '')).toBe(with_({ 2: 'staged\n', 14: 'chosen\n' }))
    expect(status(root)).toBe('MM a\n M b\n')
    // The rest in a second one.
    await commit(root, { a: null, b: null })
    expect(status(root)).toBe('')
  })

  it('can be the first of a repository, of a file that became a folder, and of a name that is no text', async () => {
    const root = await shop.repository('first')
    await shop.write(root, { 'was/file': '1\n', other: 'other\n' })
    await commit(root, { 'was/file': null })
    expect(shop.plain(root, 'log', '--format=%s').trim()).toBe('Second')
    expect(status(root)).toBe('?? other\n')
    await rm(join(root, 'was'), { recursive: true })
    await shop.write(root, { was: 'a file\n' })
    await writeFile(Buffer.concat([Buffer.from(`${root}/caf`), Buffer.from([0xe9])]), 'latin\n')
    await commit(root, { was: null, 'was/file': null, '"caf\\351"': null })
    expect(status(root)).toBe('?? other\n')
  })

  it('goes through filters and line ends as with git, and records submodules', async () => {
    const inner = await shop.repository('inner', { x: '1\n' })
    const root = await shop.repository('filters', { '.gitattributes': '*.txt text\n*.up filter=up\n', 'a.txt': 'a\nb\n', 'b.up': 'LOW\n' })
    shop.plain(root, 'config', 'filter.up.clean', 'tr a-z A-Z')
    shop.plain(root, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner, 'module')
    shop.commit(root, 'module')
    await shop.write(root, { 'a.txt': 'a\r\nb\r\nc\r\nd\r\n', 'b.up': 'low\nmore\n' })
    await shop.write(join(root, 'module'), { x: '2\n' })
    shop.commit(join(root, 'module'), 'inner')
    await commit(root, { 'a.txt': { removed: [], added: [3] }, 'b.up': null, module: null })
    expect([shown(root, 'a.txt'), shown(root, 'b.up')]).toEqual(['a\nb\nc\n', 'LOW\nMORE\n'])
    expect(status(root)).toBe(' M a.txt\n')
  })

  it('is made with the hooks of the repository: what they change and say counts', async () => {
    const root = await shop.repository('hooks', { a: '1\n', b: '1\n' })
    await shop.write(root, { a: '2\n', b: '2\n' })
    await hook(root, 'pre-commit', 'echo formatted >> a; git add a; echo "checked a"')
    await hook(root, 'commit-msg', 'echo "Signed: hook" >> "$1"')
    const { output } = await commit(root, { a: null })
    expect(output).toMatch(/checked a/)
    expect(shown(root, 'a')).toBe('2\nformatted\n')
    expect(shop.plain(root, 'show', '-s', '--format=%B')).toMatch(/Signed: hook/)
    expect(status(root)).toBe(' M b\n')
    await hook(root, 'commit-msg', 'echo "a subject needs a scope" >&2; exit 1')
    const before = status(root)
    const refused = commit(root, { b: null })
    await expect(refused).rejects.toMatchObject({ code: 'GIT_FAILED', data: { exitCode: 1 } })
    await expect(refused).rejects.toThrow(/a subject needs a scope/)
    expect(status(root)).toMatch(before)
  })

  it('is refused with what to do where it cannot be made', async () => {
    const root = await shop.repository('refused', { a: '1\n', b: '1\n' })
    await shop.write(root, { a: '2\n' })
    await writeFile(join(root, '.git', 'index.lock'), '')
    await expect(commit(root, { a: null })).rejects.toThrow(/Another git is working/)
    await rm(join(root, '.git', 'index.lock'))
    shop.plain(root, 'config', 'user.name', '')
    await expect(commit(root, { a: null })).rejects.toThrow(/git config --global user.name/)
    shop.plain(root, 'config', '--unset', 'user.name')
    await expect(commit(root, { b: null })).rejects.toThrow(/has changed since you looked/)
    await mkdir(join(root, '.git', 'rebase-merge'))
    await expect(commit(root, { a: null })).rejects.toThrow(/in the middle of a rebase/)
    await rm(join(root, '.git', 'rebase-merge'), { recursive: true })
    await hook(root, 'pre-commit', 'sleep 100')
    await expect(commit(root, { a: null }, 300)).rejects.toThrow(/A hook of the repository may be waiting/)
    await rm(join(root, '.git', 'hooks', 'pre-commit'))
    shop.plain(root, 'config', 'commit.gpgSign', 'true')
    shop.plain(root, 'config', 'gpg.program', join(root, '.git', 'hooks', 'gpg'))
    await hook(root, 'gpg', 'sleep 100')
    await expect(commit(root, { a: null }, 300)).rejects.toThrow(/passphrase/)
    shop.plain(root, 'config', '--unset', 'commit.gpgSign')
    expect(status(root)).toBe(' M a\n')
    // Nothing of the refused ones is in the way.
    await commit(root, { a: null })
    expect(status(root)).toBe('')
  })

  it('never takes back what somebody else commits at the same moment', async () => {
    const root = await shop.repository('race', { '.gitattributes': '*.slow filter=slow\n', 'a.slow': '1\n', b: '1\n' })
    await shop.write(root, { 'a.slow': '2\n' })
    // While the commit is put together another program makes one.
    const script = join(shop.folder, 'slow.sh')
    const lines = [
      '#!/bin/sh',
      'cat',
      // Only as the commit is made, and only once.
      '[ -n "$GIT_OBJECT_DIRECTORY" ] && exit',
      `mkdir '${shop.folder}/raced' 2>&- || exit 0`,
      'unset GIT_INDEX_FILE GIT_DIR GIT_WORK_TREE',
      `export GIT_CONFIG_GLOBAL='${join(shop.folder, 'gitconfig')}'`,
      `cd '${root}' && echo theirs > b && git commit -qm theirs -- b >&2`,
    ]
    await writeFile(script, `${lines.join('\n')}\n`)
    await chmod(script, 0o755)
    shop.plain(root, 'config', 'filter.slow.clean', script)
    await expect(commit(root, { 'a.slow': null })).rejects.toThrow(/Something else was committed/)
    expect([shop.plain(root, 'log', '--format=%s'), shown(root, 'b'), status(root)]).toEqual(['theirs\nfirst\n', 'theirs\n', ' M a.slow\n'])
    await commit(root, { 'a.slow': null })
    expect([shown(root, 'b'), shown(root, 'a.slow')]).toEqual(['theirs\n', '2\n'])
  })

  it('may be followed by one of a hook, and says what to do where it cannot be signed', async () => {
    const root = await shop.repository('after', { a: '1\n', n: '0\n' })
    await shop.write(root, { a: '2\n' })
    shop.plain(root, 'config', 'commit.gpgSign', 'true')
    shop.plain(root, 'config', 'gpg.program', join(root, 'no gpg'))
    await expect(commit(root, { a: null })).rejects.toThrow(/could not sign.*commit\.gpgSign false/)
    shop.plain(root, 'config', 'commit.gpgSign', 'false')
    await hook(root, 'post-commit', 'rm .git/hooks/post-commit; unset GIT_INDEX_FILE; echo 1 > n; git commit -qm bump -- n')
    await commit(root, { a: null })
    expect(shop.plain(root, 'log', '--format=%s')).toBe('bump\nSecond\nfirst\n')
  })

  it('can be made in a repository whose objects have SHA-256 names', async () => {
    const root = join(shop.folder, 'sha256')
    await mkdir(root)
    shop.plain(root, 'init', '-q', '--object-format=sha256')
    await shop.write(root, { a: '1\n', gone: '1\n' })
    shop.commit(root, 'first')
    await shop.write(root, { a: '1\n2\n3\n' })
    await rm(join(root, 'gone'))
    await commit(root, { a: { removed: [], added: [2] }, gone: null })
    expect([shown(root, 'a'), status(root)]).toEqual(['1\n2\n', ' M a\n'])
  })

  it('is refused while conflicts are open', async () => {
    const root = await shop.repository('conflict', { a: '1\n', b: '1\n' })
    shop.plain(root, 'switch', '-qc', 'side')
    await shop.write(root, { a: 'side\n' })
    shop.commit(root, 'side')
    shop.plain(root, 'switch', '-q', 'main')
    await shop.write(root, { a: 'stashed\n' })
    shop.plain(root, 'stash', '-q')
    await shop.write(root, { a: 'main\n' })
    shop.commit(root, 'main')
    expect(() => shop.plain(root, 'stash', 'pop')).toThrow(/stash/)
    await shop.write(root, { b: '2\n' })
    await expect(commit(root, { b: null })).rejects.toThrow(/unresolved conflicts/)
  })
})

describe('lines that were chosen', () => {
  it('are the whole file when they are all of them', async () => {
    const root = await shop.repository('all', { a: '1\n2\n' })
    await rm(join(root, 'a'))
    await shop.write(root, { b: 'x\n' })
    const repository = await repositoryOf(root)
    if (repository === null) throw new Error('There is no repository.')
    const head = await heads.of(repository, true)
    const choices: Record<string, ChosenLines> = {}
    for (const file of head.files) {
      const all = changedLines((await patchOf(shop.git, head.at, file, { context: 3, whitespace: true })).hunks)
      choices[file.path] = { removed: [...all.removed], added: [...all.added] }
    }
    await commit(root, choices)
    expect(shop.plain(root, 'ls-files').trim()).toBe('b')
    expect(status(root)).toBe('')
  })
})
