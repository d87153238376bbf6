import { createHash } from 'node:crypto'
import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AppError } from '../../../shared/app-error.ts'
import type { FileStep } from './file-step.ts'
import { StepRun } from './step-run.ts'

/** A file as `mode content`, by its path. */
type Files = Readonly<Record<string, string>>

let folder: string
const objects = new Map<string, Buffer>()
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bullpen-steps-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

function entryOf(file: string | undefined): FileStep['from'] {
  if (file === undefined) return null
  const bytes = Buffer.from(file.slice(7))
  const object = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')
  objects.set(object, bytes)
  return { mode: file.slice(0, 6), object }
}

function stepsFrom(a: Files, b: Files): FileStep[] {
  const paths = [...new Set([...Object.keys(a), ...Object.keys(b)])].toSorted()
  return paths.filter((path) => a[path] !== b[path]).map((path) => ({ path, from: entryOf(a[path]), to: entryOf(b[path]) }))
}

function runOf(steps: readonly FileStep[], read?: (object: string) => Promise<Buffer>): StepRun {
  const known = async (object: string) => {
    const bytes = objects.get(object)
    if (!bytes) throw new AppError('NOT_FOUND', 'There is no such object.')
    return bytes
  }
  return new StepRun({ folder, name: 'test', steps, keep: [folder], read: read ?? known })
}

async function change(a: Files, b: Files): Promise<Record<string, string>> {
  const steps = stepsFrom(a, b)
  const run = runOf(steps)
  await run.stage()
  const results = await run.apply()
  return Object.fromEntries(steps.flatMap(({ path }, index) => (results[index] === 'done' ? [] : [[path, results[index] ?? '']])))
}

async function put(files: Files): Promise<void> {
  for (const [path, file] of Object.entries(files)) {
    const place = join(folder, path)
    await mkdir(dirname(place), { recursive: true })
    if (file.startsWith('120000')) await symlink(file.slice(7), place)
    else await writeFile(place, file.slice(7), { mode: file.startsWith('100755') ? 0o755 : 0o644 })
  }
}

/** All that is in the folder; empty folders as `folder`. */
async function found(at = ''): Promise<Record<string, string>> {
  const all: Record<string, string> = {}
  for (const name of await readdir(join(folder, at))) {
    const path = at === '' ? name : `${at}/${name}`
    const stats = await lstat(join(folder, path))
    if (stats.isSymbolicLink()) all[path] = `120000 ${await readlink(join(folder, path))}`
    else if (stats.isFile()) all[path] = `${stats.mode & 0o100 ? '100755' : '100644'} ${await readFile(join(folder, path), 'utf8')}`
    else {
      const inner = await found(path)
      Object.assign(all, Object.keys(inner).length === 0 ? { [path]: 'folder' } : inner)
    }
  }
  return all
}

const name = fc.constantFrom('a', 'b', 'c', 'é ‮x', 'new\nline')
const file = fc.oneof(
  fc.tuple(fc.constantFrom('100644', '100755'), fc.string({ maxLength: 5 })).map(([mode, text]) => `${mode} ${text}`),
  fc.constantFrom('120000 a', '120000 ../elsewhere', '120000 /nowhere'),
)
/** No file is a folder of another one. */
const files: fc.Arbitrary<Files> = fc
  .array(fc.tuple(fc.array(name, { minLength: 1, maxLength: 3 }), file), { maxLength: 10 })
  .map((list) => {
    const all = new Map<string, string>()
    for (const [parts, content] of list) {
      const path = parts.join('/')
      if (![...all.keys()].some((other) => other.startsWith(`${path}/`) || path.startsWith(`${other}/`))) all.set(path, content)
    }
    return Object.fromEntries(all)
  })

describe('a run of steps', () => {
  it('makes any files any others, with their modes and links, and leaves no folder and nothing of its own', async () => {
    await fc.assert(
      fc.asyncProperty(files, files, async (a, b) => {
        await put(a)
        expect(await change(a, b)).toEqual({})
        expect(await found()).toEqual(b)
        expect(await change(b, a)).toEqual({})
        expect(await found()).toEqual(a)
        expect(await change({ ...a }, {})).toEqual({})
        expect(await found()).toEqual({})
      }),
      { numRuns: 40 },
    )
  })

  it('leaves what somebody changed since, and what is in its way', async () => {
    const a: Files = { 'own.txt': '100644 1', 'theirs.txt': '100644 1', 'gone.txt': '100644 1', 'folder/x': '100644 1', run: '100644 1' }
    await put(a)
    await writeFile(join(folder, 'theirs.txt'), 'theirs')
    await unlink(join(folder, 'gone.txt'))
    await writeFile(join(folder, 'folder', 'ignored'), 'kept')
    await chmod(join(folder, 'run'), 0o755)
    await writeFile(join(folder, 'new.txt'), 'theirs too')
    const b: Files = { 'own.txt': '100644 0', 'theirs.txt': '100644 0', 'gone.txt': '100644 0', folder: '100644 0', 'new.txt': '100644 0' }
    expect(await change(a, b)).toEqual({
      'theirs.txt': 'changed-meanwhile',
      'gone.txt': 'changed-meanwhile',
      folder: 'in-the-way',
      'new.txt': 'changed-meanwhile',
      run: 'changed-meanwhile',
    })
    expect(await found()).toEqual({
      'own.txt': '100644 0',
      'theirs.txt': '100644 theirs',
      'folder/ignored': '100644 kept',
      run: '100755 1',
      'new.txt': '100644 theirs too',
    })
  })

  it('follows no link out of the folder, and never reaches the data of a repository', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'bullpen-outside-'))
    try {
      await writeFile(join(outside, 'x'), '1')
      await symlink(outside, join(folder, 'link'))
      expect(await change({ 'link/x': '100644 1' }, { 'link/x': '100644 0', 'link/y': '100644 0' })).toEqual({
        'link/x': 'in-the-way',
        'link/y': 'in-the-way',
      })
      expect(await change({ 'link/x': '100644 1' }, {})).toEqual({ 'link/x': 'changed-meanwhile' })
      expect(await readdir(outside)).toEqual(['x'])
      expect(await readFile(join(outside, 'x'), 'utf8')).toBe('1')
      for (const path of ['../x', '.git/config', 'a/.GIT/config', 'a/../../x', '/etc/x'])
        await expect(runOf([{ path, from: null, to: entryOf('100644 x') }]).stage()).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    } finally {
      await rm(outside, { recursive: true, force: true })
    }
  })

  it('changes nothing at all when not everything can be written first', async () => {
    const a: Files = { x: '100644 1', y: '100644 1', z: '100644 1' }
    await put(a)
    const steps = stepsFrom(a, { x: '100644 0', y: '100755 0' })
    const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
    const run = runOf(steps, async (object) =>
      object === steps[0]?.to?.object ? (objects.get(object) ?? Buffer.alloc(0)) : Promise.reject(full),
    )
    const other = runOf(steps, async () => Promise.reject(new AppError('NOT_FOUND', 'gone')))
    steps[1] = { path: 'y', from: steps[1]?.from ?? null, to: entryOf('100644 other') }
    await expect(run.stage()).rejects.toMatchObject({ code: 'DISK_FULL' })
    await expect(other.stage()).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
    expect(await found()).toEqual(a)
  })
})
