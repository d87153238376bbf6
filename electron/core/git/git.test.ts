import { execFileSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { zeroFields, zeroLines } from './fields.ts'
import { Git } from './git.ts'
import { repositoryOf } from './repository.ts'
import { diskPath, fromTreePath, toTreePath } from './tree-path.ts'

let folder: string
const git = new Git(() => Promise.resolve({ ...process.env, GIT_DIR: '/nowhere', GIT_INDEX_FILE: '/nowhere/index' }))
const plain = (cwd: string, ...args: string[]) => execFileSync('git', args, { cwd, stdio: 'pipe' })

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'bullpen-git-')))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('paths', () => {
  const names = fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => bytes.map((byte) => byte || 1))

  it('have one spelling each, and none is lost', () => {
    fc.assert(
      fc.property(names, (bytes) => {
        expect(fromTreePath(toTreePath(bytes))).toEqual(Buffer.from(bytes))
      }),
    )
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'binary' }), (text) => {
        const bytes = Buffer.from(text.replaceAll('\0', 'x'))
        expect(fromTreePath(toTreePath(bytes))).toEqual(bytes)
      }),
    )
    expect(toTreePath(Buffer.from('caf\u00e9', 'latin1'))).toBe('"caf\\351"')
    expect(toTreePath(Buffer.from('"quoted"'))).toBe('"\\"quoted\\""')
    expect(toTreePath(Buffer.from('line\nbreak'))).toBe('line\nbreak')
  })

  it('are refused in any other spelling, and where they lead out of the folder', () => {
    for (const path of ['"plain"', '"\\351', '"\\377\\', '\ud800', 'a\0b', '']) expect(() => fromTreePath(path)).toThrow(/not a path/)
    for (const path of ['../up', 'a/../../up', '/root', 'a//b', '.git/config', 'a/.GIT/hooks', 'a/git~1/x', '.g\u200cit/x', '.git. /x']) {
      expect(() => diskPath(folder, path)).toThrow(/not a path/)
    }
    expect(diskPath(folder, 'a/.gitignore')).toBe(join(folder, 'a', '.gitignore'))
  })

  it('are split and joined by zeros', () => {
    const fields = [Buffer.from('a\nb'), Buffer.from([0xff]), Buffer.from('c d')]
    expect(zeroFields(zeroLines(fields))).toEqual(fields)
  })
})

describe('git', () => {
  it('runs on its own folder alone, whatever the environment points at, and without hooks', async () => {
    const root = join(folder, 'own')
    await mkdir(root)
    plain(root, 'init', '-q')
    await writeFile(join(root, '.git', 'hooks', 'pre-commit'), '#!/bin/sh\nexit 1\n')
    await chmod(join(root, '.git', 'hooks', 'pre-commit'), 0o755)
    expect(await git.line(['rev-parse', '--show-toplevel'], { cwd: root })).toBe(root)
    const commit = ['-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-q', '--allow-empty', '-m', 'one']
    expect((await git.run(commit, { cwd: root, purpose: 'user' })).code).toBe(1)
    expect((await git.run(commit, { cwd: root })).code).toBe(0)
  })

  it('says in its own words what failed, and is stopped at each of its limits', async () => {
    await expect(git.output(['cat-file', '-p', 'nonsense'], { cwd: folder })).rejects.toMatchObject({ code: 'GIT_FAILED' })
    const endless = ['-c', 'alias.endless=!yes', 'endless']
    const { cut, stdout } = await git.run(endless, { cwd: folder, maxBytes: 1_000 })
    expect({ cut, length: stdout.length }).toEqual({ cut: true, length: 1_000 })
    const silent = ['-c', 'alias.silent=!sleep 1000', 'silent']
    await expect(git.run(silent, { cwd: folder, timeoutMs: 50 })).rejects.toThrow(/took longer/)
    const stop = new AbortController()
    const running = git.run(silent, { cwd: folder, signal: stop.signal })
    stop.abort()
    await expect(running).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  })

  it('says what to install where it is missing, and finds it once it is there', async () => {
    const none = new Git(() => Promise.resolve({ PATH: join(folder, 'empty') }))
    await expect(none.run(['status'])).rejects.toMatchObject({ code: 'GIT_MISSING' })
    expect(await none.program()).toBeNull()
    const old = join(folder, 'old')
    await mkdir(old)
    await writeFile(join(old, 'git'), '#!/bin/sh\necho git version 2.17.1\n')
    await chmod(join(old, 'git'), 0o755)
    await expect(new Git(() => Promise.resolve({ PATH: old })).required()).rejects.toThrow(/2\.17\.1 is too old/)
    expect((await git.required()).version).toMatch(/^\d+\.\d+/)
  })
})

describe('a repository', () => {
  it('is found upwards: plain, linked, bare, or none', async () => {
    const main = join(folder, 'main')
    await mkdir(join(main, 'sub', 'deep'), { recursive: true })
    expect(await repositoryOf(join(main, 'sub'))).toBeNull()
    plain(main, 'init', '-q')
    plain(main, '-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-q', '--allow-empty', '-m', 'one')
    plain(main, 'worktree', 'add', '-q', join(folder, 'linked'))
    plain(folder, 'clone', '-q', '--bare', main, 'bare.git')
    await symlink(join(main, 'sub'), join(folder, 'link'))
    const gitDir = join(main, '.git')
    const found = { root: main, gitDir, commonDir: gitDir, isWorktree: false }
    expect(await repositoryOf(join(main, 'sub', 'deep'))).toEqual(found)
    expect(await repositoryOf(join(folder, 'link', 'deep'))).toEqual(found)
    const linked = { root: join(folder, 'linked'), gitDir: join(gitDir, 'worktrees', 'linked'), commonDir: gitDir, isWorktree: true }
    expect(await repositoryOf(join(folder, 'linked'))).toEqual(linked)
    const bare = join(folder, 'bare.git')
    expect(await repositoryOf(join(bare, 'refs'))).toEqual({ root: null, gitDir: bare, commonDir: bare, isWorktree: false })
    await rm(join(gitDir, 'HEAD'))
    expect(await repositoryOf(main)).toBeNull()
    expect(await repositoryOf(join(folder, 'gone'))).toBeNull()
  })
})
