import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { Seeded } from '../../../e2e/bench/seeded.ts'
import { SnapshotFolder } from '../../../e2e/support/snapshot-folder.ts'

let at: SnapshotFolder
afterEach(() => at.remove())

/** The tree that git makes of the folder from nothing. */
function treeFromNothing(): string {
  const gitDir = join(at.home, 'from-nothing')
  const env = { ...process.env, HOME: at.home }
  const places = ['-c', 'core.fsync=none', `--git-dir=${gitDir}`, `--work-tree=${at.folder}`]
  const run = (...args: string[]) => execFileSync('git', [...places, ...args], { cwd: at.folder, env, stdio: 'pipe' }).toString()
  if (!existsSync(gitDir)) execFileSync('git', ['init', '-q', '--bare', gitDir], { env, stdio: 'pipe' })
  rmSync(join(gitDir, 'index'), { force: true })
  run('add', '-A')
  return run('write-tree').trim()
}

function paths(folder = at.folder): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? [path, ...paths(path)] : [path]
  })
}

/** One of the things that happen to files. */
function change(chance: Seeded): void {
  const place = join(
    at.folder,
    ...Array.from({ length: chance.int(1, 3) }, () => `n${chance.int(0, 4)}${chance.next() < 0.2 ? '-\u00e9' : ''}`),
  )
  const all = paths()
  const known = all[chance.int(0, Math.max(0, all.length - 1))] ?? place
  const kind = chance.int(0, 6)
  if (kind === 0) return rmSync(known, { recursive: true, force: true })
  if (kind === 1 && existsSync(known)) {
    const target = `${dirname(known)}/moved-${chance.int(0, 5)}`
    if (target === known) return
    rmSync(target, { recursive: true, force: true })
    return renameSync(known, target)
  }
  if (kind === 2 && existsSync(known) && lstatSync(known).isFile()) return chmodSync(known, chance.next() < 0.5 ? 0o755 : 0o644)
  clear(place)
  if (kind === 3) return symlinkSync(`elsewhere-${chance.int(0, 3)}`, place)
  if (kind === 4) {
    mkdirSync(place)
    return
  }
  writeFileSync(place, `${chance.int(0, 9)}${chance.next() < 0.3 ? '\0'.repeat(chance.int(0, 40_000)) : ''}`)
}

/** Makes room for something at a place: whatever is there goes, also where a file is a folder of its path. */
function clear(place: string): void {
  const parts = relative(at.folder, place).split(sep)
  const folders = parts.map((_, index) => join(at.folder, ...parts.slice(0, index)))
  const file = folders.find((folder) => lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() === false)
  if (file !== undefined) rmSync(file)
  mkdirSync(dirname(place), { recursive: true })
  rmSync(place, { recursive: true, force: true })
}

describe('a snapshot without the index', () => {
  it('is the very tree that git makes from nothing, whatever happens to the files', async () => {
    at = await SnapshotFolder.make()
    const chance = new Seeded(7)
    for (let round = 0; round < 12; round += 1) {
      for (let count = chance.int(0, 12); count > 0; count -= 1) change(chance)
      expect((await at.take()).tree, `round ${round}`).toBe(treeFromNothing())
    }
  })

  it('sees a change within the same tick of the clock, of the same size, however often', async () => {
    at = await SnapshotFolder.make()
    const path = join(at.folder, 'same')
    for (const text of ['zero', 'one.', 'two.', 'tri.', 'four']) {
      writeFileSync(path, text)
      expect((await at.files(await at.take()))['same']?.[1]).toBe(text)
    }
    const then = new Date(Date.now() - 60_000)
    for (const text of ['five', 'six.', 'sev.']) {
      writeFileSync(path, text)
      utimesSync(path, then, then)
      expect((await at.files(await at.take()))['same']?.[1]).toBe(text)
    }
  })

  it('catches up with the index where many files differ', async () => {
    at = await SnapshotFolder.make()
    for (let file = 0; file < 300; file += 1) writeFileSync(join(at.folder, `file-${file}`), 'x')
    await at.take()
    for (const many of [3, 260, 5, 1]) {
      for (let file = 0; file < many; file += 1) writeFileSync(join(at.folder, `file-${file}`), `${many} ${file}`)
      expect((await at.take()).tree).toBe(treeFromNothing())
    }
  })

  it('holds again what was removed with older ones meanwhile', async () => {
    at = await SnapshotFolder.make()
    const path = join(at.folder, 'file')
    for (const text of ['base', 'again', 'other']) {
      writeFileSync(path, text)
      await at.take()
    }
    at.limitMb = 0
    await at.snapshots.upkeep.run()
    expect(await at.snapshots.of(at.folder)).toHaveLength(1)
    writeFileSync(path, 'again')
    expect(await at.files(await at.take())).toEqual({ file: ['100644', 'again'] })
  })
})
