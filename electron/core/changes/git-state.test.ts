import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Git } from '../git/git.ts'
import { Workshop } from './change-fixtures.ts'
import { gitStateOf } from './git-state.ts'

let shop: Workshop
beforeAll(async () => {
  shop = await Workshop.open()
})
afterAll(() => shop.close())

const state = (folder: string) => gitStateOf(shop.git, folder)
/** Why there is nothing to say. */
async function noteOf(folder: string): Promise<string | null> {
  const { available, note } = await state(folder)
  return available ? null : note
}

describe('the state of a repository', () => {
  it('counts what is staged, changed, new, and ahead of and behind its upstream', async () => {
    const origin = await shop.repository('origin', { a: '1\n', b: '2\n', c: '3\n' })
    const root = join(shop.folder, 'clone')
    shop.plain(shop.folder, 'clone', '-q', origin, root)
    await shop.write(origin, { a: '1\nmore\n' })
    shop.commit(origin, 'theirs')
    await shop.write(root, { b: 'ours\n' })
    shop.commit(root, 'ours')
    shop.plain(root, 'fetch', '-q')
    shop.plain(root, 'mv', 'c', 'moved\nname')
    await shop.write(root, { a: 'changed\n', 'new/one': '', 'new/two': '' })
    expect(await state(join(root, 'new'))).toMatchObject({
      available: true,
      note: null,
      root,
      branch: 'main',
      upstream: 'origin/main',
      ahead: 1,
      behind: 1,
      operation: null,
      staged: 2,
      changed: 1,
      untracked: 1,
      conflicted: 0,
      worktreeOf: null,
    })
  })

  it('says what it is in the middle of, and what conflicts', async () => {
    const root = await shop.repository('middle', { a: '1\n' })
    shop.plain(root, 'switch', '-qc', 'side')
    await shop.write(root, { a: 'side\n' })
    shop.commit(root, 'side')
    shop.plain(root, 'switch', '-q', 'main')
    await shop.write(root, { a: 'main\n' })
    shop.commit(root, 'main')
    expect(() => shop.plain(root, 'merge', 'side')).toThrow(/merge/)
    expect(await state(root)).toMatchObject({ branch: 'main', operation: 'merge', conflicted: 1 })
    shop.plain(root, 'merge', '--abort')
    shop.plain(root, 'switch', '-q', 'side')
    expect(() => shop.plain(root, 'rebase', 'main')).toThrow(/rebase/)
    expect(await state(root)).toMatchObject({ branch: 'side', operation: 'rebase', conflicted: 1 })
  })

  it('knows linked worktrees, detached heads, and repositories without a commit or without files', async () => {
    const root = await shop.repository('whole', { a: '1\n' })
    shop.plain(root, 'worktree', 'add', '-q', '--detach', join(shop.folder, 'linked'))
    expect(await state(join(shop.folder, 'linked'))).toMatchObject({
      branch: null,
      head: shop.plain(root, 'rev-parse', 'HEAD').trim(),
      worktreeOf: root,
    })
    const unborn = await shop.repository('unborn')
    expect(await state(unborn)).toMatchObject({ available: true, branch: 'main', head: null, upstream: null, ahead: null })
    shop.plain(shop.folder, 'clone', '-q', '--bare', root, 'bare.git')
    expect(await noteOf(join(shop.folder, 'bare.git'))).toMatch(/bare/)
    shop.plain(shop.folder, 'clone', '-q', '--depth=1', `file://${root}`, 'shallow')
    expect(await state(join(shop.folder, 'shallow'))).toMatchObject({ available: true, ahead: 0, behind: 0 })
    await mkdir(join(shop.folder, 'plain'))
    expect(await noteOf(join(shop.folder, 'plain'))).toMatch(/not in a git repository/)
    expect(await gitStateOf(shop.git, null)).toMatchObject({ available: false })
  })

  it('goes on without counts where the index is broken, and says so where git is missing', async () => {
    const root = await shop.repository('broken', { a: '1\n' })
    await writeFile(join(root, '.git', 'index'), 'nonsense')
    expect(await state(root)).toMatchObject({
      available: true,
      branch: 'main',
      staged: null,
      untracked: null,
    })
    expect((await state(root)).note).toMatch(/index/)
    const missing = new Git(() => Promise.resolve({ PATH: shop.folder }))
    const unseen = await gitStateOf(missing, root)
    expect(unseen).toMatchObject({ available: false, root })
    expect(unseen.note).toMatch(/git was not found/)
  })
})
