import { chmod, mkdir, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { repositoryOf } from '../git/repository.ts'
import { Workshop } from './change-fixtures.ts'
import { patchOf } from './file-patch.ts'
import { HeadComparisons, type HeadComparison } from './head-comparisons.ts'
import { WorkIndex } from './head-view.ts'

let shop: Workshop
let heads: HeadComparisons
beforeAll(async () => {
  shop = await Workshop.open()
  heads = new HeadComparisons(shop.git, join(shop.folder, 'home'))
})
afterAll(() => shop.close())

async function look(root: string, whitespace = true): Promise<HeadComparison> {
  const repository = await repositoryOf(root)
  if (repository === null) throw new Error('There is no repository.')
  return heads.of(repository, whitespace)
}

async function kinds(root: string, whitespace = true): Promise<string[]> {
  const { files } = await look(root, whitespace)
  return files.map(({ kind, path, from, content, added, removed }) =>
    [kind, content, from === undefined ? path : `${from} → ${path}`, added ?? '-', removed ?? '-'].join(' '),
  )
}

describe('what differs from the last commit', () => {
  it('has all kinds of changes, staged or not, and writes nothing into the repository', async () => {
    const png = Buffer.from('89504e470d0a1a0a0000', 'hex')
    const root = await shop.repository('kinds', {
      'edited.ts': 'a\nb\n',
      staged: '1\n',
      gone: 'x\n',
      moved: 'one\ntwo\nthree\n',
      run: '#!\n',
      'was file': 'f\n',
      'a b\nc': '1\n',
      שלום: '1\n',
      picture: png,
      link: 'text\n',
      back: '1\n',
    })
    await shop.write(root, {
      'edited.ts': 'a\nB\nc\n',
      staged: '2\n',
      'a b\nc': '2\n',
      שלום: '2\n',
      ünew: 'n',
      picture: Buffer.concat([png, png]),
      back: '2\n',
    })
    shop.plain(root, 'add', 'staged', 'back')
    await shop.write(root, { back: '1\n', blob: Buffer.from([0, 1, 2]), '.gitignore': 'ignored\n', ignored: 'x' })
    await rm(join(root, 'gone'))
    await rm(join(root, 'moved'))
    await shop.write(root, { 'sub/moved to': 'one\ntwo\nthree\n' })
    await chmod(join(root, 'run'), 0o755)
    await rm(join(root, 'was file'))
    await shop.write(root, { 'was file/inside': 'f\n' })
    await rm(join(root, 'link'))
    await symlink('elsewhere', join(root, 'link'))
    const before = shop.plain(root, 'status', '--porcelain')
    const objects = shop.plain(root, 'count-objects', '-v')
    expect(await kinds(root)).toEqual([
      'created text .gitignore 1 0',
      'changed text a b\nc 1 1',
      'created binary blob - -',
      'changed text edited.ts 2 1',
      'deleted text gone 0 1',
      'type link link - -',
      'changed picture picture - -',
      'mode text run 0 0',
      'changed text staged 1 1',
      'renamed text moved → sub/moved to 0 0',
      'renamed text was file → was file/inside 0 0',
      'created text ünew 1 0',
      'changed text שלום 1 1',
    ])
    expect([shop.plain(root, 'status', '--porcelain'), shop.plain(root, 'count-objects', '-v')]).toEqual([before, objects])
    // The next look sees what has changed since.
    await shop.write(root, { 'edited.ts': 'a\nb\n' })
    expect((await look(root)).files.map(({ path }) => path)).not.toContain('edited.ts')
  })

  it('is as git itself sees it: line ends, filters, names that are no text, sparse and submodules', async () => {
    const inner = await shop.repository('inner', { x: '1\n' })
    const root = await shop.repository('filters', {
      '.gitattributes': '*.txt text\n*.up filter=up\n',
      'a.txt': 'a\nb\n',
      'b.up': 'LOW\n',
      'far/away': '1\n',
      'near/by': '1\n',
    })
    shop.plain(root, 'config', 'filter.up.clean', 'tr a-z A-Z')
    shop.plain(root, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner, 'module')
    shop.commit(root, 'more')
    await shop.write(root, { 'a.txt': 'a\r\nb\r\nc\r\n', 'b.up': 'low\nmore\n' })
    await writeFile(Buffer.concat([Buffer.from(`${root}/caf`), Buffer.from([0xe9])]), 'latin\n')
    shop.plain(root, 'sparse-checkout', 'set', 'near')
    await shop.write(join(root, 'module'), { x: '2\n' })
    shop.commit(join(root, 'module'), 'inner')
    expect(await kinds(root)).toEqual([
      'changed text a.txt 1 0',
      'changed text b.up 1 0',
      'created text "caf\\351" 1 0',
      'changed repository module - -',
    ])
  })

  it('leaves out white space when asked', async () => {
    const root = await shop.repository('space', { a: 'if\n  b\n', c: '1\n' })
    await shop.write(root, { a: 'if\n\tb\n', c: '1\n2\n' })
    expect(await kinds(root, false)).toEqual(['changed text c 1 0'])
    expect(await kinds(root)).toEqual(['changed text a 1 1', 'changed text c 1 0'])
  })

  it('works in the middle of a merge, with a broken index, while another git holds the lock, and before the first commit', async () => {
    const root = await shop.repository('luck', { a: '1\n', b: '1\n' })
    shop.plain(root, 'switch', '-qc', 'side')
    await shop.write(root, { a: 'side\n' })
    shop.commit(root, 'side')
    shop.plain(root, 'switch', '-q', 'main')
    await shop.write(root, { a: 'main\n' })
    shop.commit(root, 'main')
    expect(() => shop.plain(root, 'merge', 'side')).toThrow(/merge/)
    expect(await kinds(root)).toEqual(['changed text a 4 0'])
    await writeFile(join(root, '.git', 'index.lock'), '')
    await shop.write(root, { b: '2\n' })
    expect(await kinds(root)).toEqual(['changed text a 4 0', 'changed text b 1 1'])
    await writeFile(join(root, '.git', 'index'), 'nonsense')
    expect(await kinds(root)).toEqual(['changed text a 4 0', 'changed text b 1 1'])
    expect((await look(root)).view.note).toMatch(/index of this repository is damaged/)
    const unborn = await shop.repository('unborn')
    await shop.write(unborn, { a: '1\n' })
    expect(await kinds(unborn)).toEqual(['created text a 1 0'])
  })

  it('has the lines of texts that hold a zero, whatever order of files is configured, and none of endless ones', async () => {
    const root = await shop.repository('lines', { '.gitattributes': '*.dat diff\n', 'a.dat': 'a\0b\nc\n' })
    shop.plain(root, 'config', 'diff.orderFile', 'order')
    await shop.write(root, { 'a.dat': 'a\0b\nd\n', endless: '\n'.repeat(200_001), order: 'b*\n' })
    expect(await kinds(root)).toEqual(['changed text a.dat 1 1', 'created large endless 200001 0', 'created text order 1 0'])
    const { files, at } = await look(root)
    const [file] = files
    if (file === undefined) throw new Error('There is no file.')
    expect((await patchOf(shop.git, at, file, { context: 3, whitespace: true })).hunks).toHaveLength(1)
  })

  it('reads small new files first, and no more of large ones than there is room for', async () => {
    const root = await shop.repository('much', { a: '1\n' })
    const data = Object.fromEntries(Array.from({ length: 4 }, (_, n) => [`data/${n}`, Buffer.alloc(20_000, n)]))
    await shop.write(root, { a: '2\n', ...data, 'src/new': 'n\n' })
    const repository = await repositoryOf(root)
    if (repository === null) throw new Error('There is no repository.')
    const index = new WorkIndex(shop.git, repository, join(shop.folder, 'home of much'), 50_000)
    const seen = async () => {
      const { records, left, note } = await index.view(true, () => {})
      return { paths: records.map(({ path }) => path), left: left.map(({ path }) => path), note }
    }
    const first = await seen()
    expect(first).toMatchObject({ paths: ['a', 'data/0', 'data/1', 'src/new'], left: ['data/2', 'data/3'] })
    expect(first.note).toMatch(/2 files are not compared/)
    await shop.write(root, { later: 'l\n' })
    expect((await seen()).paths).toEqual(['a', 'data/0', 'data/1', 'later', 'src/new'])
  })

  it('names what it does not read', async () => {
    const root = await shop.repository('left', { a: '1\n' })
    await shop.write(root, { big: '' })
    await truncate(join(root, 'big'), 30_000_000)
    await mkdir(join(root, 'nested'))
    shop.plain(join(root, 'nested'), 'init', '-q')
    await shop.write(root, { 'nested/x': '1' })
    expect(await kinds(root)).toEqual([])
    expect((await look(root)).view.left).toEqual([
      { path: 'big', reason: 'large' },
      { path: 'nested/', reason: 'repository' },
    ])
  })
})
