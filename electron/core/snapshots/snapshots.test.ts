import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { appendFile, chmod, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { SmallDisk } from '../../../e2e/support/full-disk.ts'
import { SnapshotFolder } from '../../../e2e/support/snapshot-folder.ts'

let at: SnapshotFolder
const write = (path: string, text: string | Buffer) => writeFile(join(at.folder, path), text)
const names = async (): Promise<string[]> => Object.keys(await at.files(await at.take()))

/** Puts a file of the system in the place of another; false where this user may not. */
function mounts(file: string, place: string): boolean {
  try {
    execFileSync('mount', ['--bind', file, place], { stdio: 'pipe' })
    return true
  } catch (thrown) {
    process.stdout.write(`Not run, as nothing can be mounted here: ${String(thrown)}\n`)
    return false
  }
}

afterEach(() => at.remove())

describe('what a snapshot holds', () => {
  it('is every file as it is on the disk, whatever the folder asks git to make of it', async () => {
    at = await SnapshotFolder.make({ repository: true })
    at.git('config', 'core.autocrlf', 'true')
    at.git('config', 'filter.shout.clean', 'tr a-z A-Z')
    await write('.gitattributes', '*.txt text eol=lf filter=shout ident\n*.utf working-tree-encoding=UTF-16LE\n*.bin filter=lfs\n')
    await write('a.txt', 'one\r\ntwo\r\n$Id$\r\n')
    await write('b.utf', 'plain')
    await write('c.bin', Buffer.from([0, 255, 10, 13]))
    await write('run.sh', '#!/bin/sh\n')
    await chmod(join(at.folder, 'run.sh'), 0o755)
    await symlink('../elsewhere', join(at.folder, 'link'))
    await mkdir(join(at.folder, 'line\nbreak'))
    await write('line\nbreak/\u202egnp.exe', 'x')
    await writeFile(Buffer.concat([Buffer.from(`${at.folder}/caf`), Buffer.of(0xe9)]), 'latin')
    await write('"quoted"', 'q')
    const files = await at.files(await at.take())
    expect(files).toEqual({
      '.gitattributes': ['100644', expect.any(String)],
      'a.txt': ['100644', 'one\r\ntwo\r\n$Id$\r\n'],
      'b.utf': ['100644', 'plain'],
      'c.bin': ['100644', '\0\u00ff\n\r'],
      'run.sh': ['100755', '#!/bin/sh\n'],
      link: ['120000', '../elsewhere'],
      'line\nbreak/\u202egnp.exe': ['100644', 'x'],
      '"caf\\351"': ['100644', 'latin'],
      '"\\"quoted\\""': ['100644', 'q'],
    })
  })

  it('forgets nothing of a look that failed on the way', async () => {
    at = await SnapshotFolder.make()
    const fails = join(at.home, 'fails')
    const real = execFileSync('which', ['git']).toString().trim()
    const program = `#!/bin/sh\ncase "$*" in *--add* | *unpack-objects*) [ -e '${fails}' ] && exit 1;; esac\nexec '${real}' "$@"\n`
    await writeFile(join(at.home, 'git'), program, { mode: 0o755 })
    at.hasGit = false
    for (const name of ['gone', 'stays']) await write(name, name)
    await at.take()
    await rm(join(at.folder, 'gone'))
    await write('new', 'new')
    await writeFile(fails, '')
    await expect(at.take()).rejects.toThrow(/git/i)
    await Promise.all([rm(fails), rm(join(at.folder, 'new'))])
    expect(await names()).toEqual(['stays'])
  })

  it('leaves out what git ignores, also from when it is ignored on, but not what the repository keeps all the same', async () => {
    at = await SnapshotFolder.make({ repository: true })
    await mkdir(join(at.home, '.config', 'git'), { recursive: true })
    await writeFile(join(at.home, '.config', 'git', 'ignore'), '*.everywhere\n')
    await writeFile(join(at.folder, '.git', 'info', 'exclude'), 'here-only\n')
    await write('.gitignore', 'build/\nkept\n')
    for (const name of ['a', 'kept', 'here-only', 'b.everywhere', 'later']) await write(name, name)
    await mkdir(join(at.folder, 'build'))
    await write('build/out', 'x')
    at.git('add', '-f', 'kept')
    expect(await names()).toEqual(['.gitignore', 'a', 'kept', 'later'])
    await write('.gitignore', 'build/\nkept\nlater\n')
    expect(await names()).toEqual(['.gitignore', 'a', 'kept'])
    expect(at.git('status', '--porcelain', '--', 'kept')).toBe('A  kept\n')
  })

  it('names what it leaves out: large files, repositories in the folder, and what is no file', async () => {
    at = await SnapshotFolder.make({ limits: { fileBytes: 100 } })
    await write('small', 'x')
    await write('grows', 'x')
    await mkdir(join(at.folder, 'inner'))
    execFileSync('git', ['init', '-q'], { cwd: join(at.folder, 'inner') })
    await write('inner/file', 'x')
    await write('large', 'x'.repeat(101))
    execFileSync('mkfifo', [join(at.folder, 'pipe')])
    await write('turns', 'x')
    expect(await names()).toEqual(['grows', 'small', 'turns'])
    expect(at.snapshots.uncovered(at.folder)).toEqual([
      { path: 'inner', reason: 'repository' },
      { path: 'large', reason: 'large' },
    ])
    await write('grows', 'x'.repeat(200))
    await rm(join(at.folder, 'turns'))
    execFileSync('mkfifo', [join(at.folder, 'turns')])
    expect(await names()).toEqual(['small'])
    const uncovered = at.snapshots.uncovered(at.folder)
    expect(uncovered).toContainEqual({ path: 'grows', reason: 'large' })
    expect(uncovered).toContainEqual({ path: 'turns', reason: 'special' })
  })

  it('sees what became another kind of thing, and a change within the same tick of the clock', async () => {
    at = await SnapshotFolder.make()
    await write('file', 'x')
    await mkdir(join(at.folder, 'dir'))
    await write('dir/a', 'a')
    await write('same', 'one')
    const before = await at.take()
    await rm(join(at.folder, 'file'))
    await mkdir(join(at.folder, 'file'))
    await write('file/inner', 'y')
    await rm(join(at.folder, 'dir'), { recursive: true })
    await write('dir', 'now a file')
    await write('same', 'two')
    const files = await at.files(await at.take())
    expect(Object.keys(files)).toEqual(['dir', 'file/inner', 'same'])
    expect(files['same']?.[1]).toBe('two')
    const changes = await at.snapshots.diff(at.folder, before.tree, (await at.take()).tree)
    expect(changes.map(({ path, old, new: entry }) => [path, old !== null, entry !== null])).toEqual([
      ['dir', false, true],
      ['dir/a', true, false],
      ['file', true, false],
      ['file/inner', false, true],
      ['same', true, true],
    ])
    for (let round = 0; round < 12; round += 1) {
      await write('same', `v${round % 10}`)
      const now = await at.files(await at.take())
      expect(now['same']?.[1]).toBe(`v${round % 10}`)
    }
  })
})

describe('the timeline', () => {
  it('keeps what was taken when, through a restart, and repeats nothing that says nothing', async () => {
    at = await SnapshotFolder.make()
    await write('a', '1')
    const start = await at.take({ edge: 'turn-start', conversationId: 'conv_1', turnId: 'turn_1', working: ['conv_1'] })
    await write('a', '2')
    const end = await at.take({ edge: 'turn-end', conversationId: 'conv_1', turnId: 'turn_1', working: [] })
    expect((await at.take()).seq).toBe(end.seq)
    await at.reopen()
    await appendFile(join(await at.place(), 'timeline.jsonl'), '{"seq": 7, "torn')
    await at.reopen()
    expect(await at.snapshots.of(at.folder)).toEqual([start, end])
    expect(await at.snapshots.before('conv_1', 'turn_1')).toEqual({ folder: at.folder, snapshot: start })
    expect(await at.snapshots.before('conv_2', 'turn_1')).toBeNull()
    await write('a', '3')
    expect((await at.take()).seq).toBe(end.seq + 1)
  })

  it('shares one look among those who wait, and lets nobody in while the folder is held', async () => {
    at = await SnapshotFolder.make()
    await write('a', '1')
    const first = await at.take()
    let waiting: Promise<unknown> = Promise.resolve()
    await at.snapshots.locked(at.folder, async (held) => {
      waiting = Promise.all([at.take({ edge: 'turn-end' }), at.take({ edge: 'turn-start' })])
      await write('a', '2')
      const inner = await held.take({ edge: 'before-rewind', conversationId: null, turnId: null })
      expect(inner.tree).not.toBe(first.tree)
    })
    await waiting
    const all = await at.snapshots.of(at.folder)
    expect(all.map(({ edge }) => edge)).toEqual(['seen', 'before-rewind', 'turn-end', 'turn-start'])
  })
})

describe('bad luck', () => {
  it('says why there are none: home, a disk, bare, too much, turned off', async () => {
    at = await SnapshotFolder.make({ limits: { files: 3 } })
    const take = (folder: string) => at.snapshots.take(folder, { edge: 'seen', conversationId: null, turnId: null })
    await expect(take(at.home)).rejects.toThrow(/home folder/)
    await expect(take('/')).rejects.toThrow(/root of a disk/)
    at.git('init', '-q', '--bare', '../bare.git')
    await expect(take(join(at.folder, '../bare.git'))).rejects.toThrow(/data of a repository/)
    for (const name of ['a', 'b', 'c']) await write(name, name)
    await at.take()
    await write('d', 'd')
    await expect(at.take()).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    await expect(at.take()).rejects.toThrow(/more than 3 files/)
    at.on = false
    await expect(at.take()).rejects.toThrow(/turned off/)
    expect(await at.snapshots.locked(at.folder, () => Promise.resolve('still'))).toBe('still')
  })

  it('goes on with an index or a store of ours that cannot be read, with what a kill left behind, and beside a locked repository', async () => {
    at = await SnapshotFolder.make({ repository: true })
    await write('a', '1')
    at.git('add', 'a')
    at.git('commit', '-qm', 'one')
    await writeFile(join(at.folder, '.git', 'index.lock'), '')
    await writeFile(join(at.folder, '.git', 'index'), 'broken')
    const before = await at.take()
    await at.snapshots.close()
    const place = await at.place()
    await writeFile(join(place, 'index'), 'broken')
    await writeFile(join(place, 'index.lock'), '')
    await writeFile(join(place, 'git', 'objects', 'tmp_obj_1'), '')
    await at.reopen()
    expect((await at.take()).tree).toBe(before.tree)
    await at.snapshots.close()
    await rename(join(place, 'git', 'objects'), join(place, 'git', 'gone'))
    await at.reopen()
    await write('a', '2')
    const files = await at.files(await at.take())
    expect(files['a']?.[1]).toBe('2')
    expect(at.watch.problems.list().map(({ message }) => message)[0]).toMatch(/could not be read, so Bullpen started new ones/)
    expect(await readFile(join(at.folder, '.git', 'index'), 'utf8')).toBe('broken')
  })

  it('is told when the disk is full, breaks nothing, and goes on when there is room', async (context) => {
    const disk = await SmallDisk.mount(6)
    at = await SnapshotFolder.make(disk === null ? {} : { data: disk.folder })
    if (disk === null) return context.skip()
    await write('a', 'before')
    const before = await at.take()
    disk.fill()
    await write('a', randomBytes(400_000))
    await expect(at.take()).rejects.toMatchObject({ code: 'DISK_FULL' })
    expect(at.watch.disk.error?.code).toBe('DISK_FULL')
    await disk.free()
    await write('a', 'after')
    expect((await at.files(await at.take()))['a']?.[1]).toBe('after')
    expect((await at.files(before))['a']?.[1]).toBe('before')
    await at.snapshots.close()
    return disk.unmount()
  })

  it('leaves a file that cannot be read as it was known, and names it', async (context) => {
    at = await SnapshotFolder.make()
    // One that even the superuser cannot read.
    const secret = ['/sys/kernel/mm/hugepages/hugepages-1048576kB/demote', '/sys/class/zram-control/hot_remove'].find((path) =>
      existsSync(path),
    )
    await write('a', '1')
    await write('secret', 'known')
    await at.take()
    if (secret === undefined || !mounts(secret, join(at.folder, 'secret'))) return context.skip()
    try {
      await write('a', '2')
      const files = await at.files(await at.take())
      expect(files).toEqual({ a: ['100644', '2'], secret: ['100644', 'known'] })
      expect(at.snapshots.uncovered(at.folder)).toEqual([{ path: 'secret', reason: 'unreadable' }])
    } finally {
      execFileSync('umount', [join(at.folder, 'secret')])
    }
  })

  it('says that git is missing, and takes one when it is there', async () => {
    at = await SnapshotFolder.make()
    await write('a', '1')
    at.hasGit = false
    await expect(at.take()).rejects.toMatchObject({ code: 'GIT_MISSING' })
    expect(await at.snapshots.status()).toMatchObject({ git: null, folders: [{ folder: at.folder, snapshots: 0 }] })
    expect((await at.snapshots.status()).note).toMatch(/git was not found/)
    expect(await at.snapshots.locked(at.folder, () => Promise.resolve('still'))).toBe('still')
    at.hasGit = true
    await at.reopen()
    expect(Object.keys(await at.files(await at.take()))).toEqual(['a'])
  })

  it('takes what is there of a sparse one, and nothing of a rebase that stands still', async () => {
    at = await SnapshotFolder.make({ repository: true })
    await mkdir(join(at.folder, 'in'))
    await mkdir(join(at.folder, 'out'))
    await write('in/a', '1')
    await write('out/b', '1')
    at.git('add', '.')
    at.git('commit', '-qm', 'one')
    at.git('sparse-checkout', 'set', 'in')
    expect(await names()).toEqual(['in/a'])
    at.git('checkout', '-qb', 'other')
    await write('in/a', '2')
    at.git('commit', '-qam', 'two')
    at.git('checkout', '-q', '-')
    await write('in/a', '3')
    at.git('commit', '-qam', 'three')
    expect(() => at.git('rebase', '-q', 'other')).toThrow(/rebase/)
    const files = await at.files(await at.take())
    expect(files['in/a']?.[1]).toMatch(/^<<<<<<< /)
    at.git('rebase', '--abort')
  })
})
