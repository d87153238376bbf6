import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, realpath, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Git } from '../git/git.ts'
import { Problems } from '../storage/problems.ts'
import { FilesSource } from './files-source.ts'
import { FolderWatches } from './folder-watches.ts'
import { GitSource } from './git-source.ts'
import type { Mark } from './journal-entry.ts'
import type { Payload } from './payload.ts'

const commitsSchema = z.array(z.object({ subject: z.string() }))
let folder: string
let close: (() => Promise<void>)[]
let watches: FolderWatches
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'bullpen-sources-')))
  close = []
  watches = new FolderWatches({ problems: new Problems() })
})
afterEach(async () => {
  for (const one of close) await one()
  await watches.close()
  await rm(folder, { recursive: true, force: true })
})

/** What comes, one after the other. */
class Line<T> {
  readonly #items: T[] = []
  #wake: () => void = () => {}

  readonly put = (item: T): void => {
    this.#items.push(item)
    this.#wake()
  }

  async next(): Promise<T> {
    for (;;) {
      const item = this.#items.shift()
      if (item !== undefined) return item
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  get length(): number {
    return this.#items.length
  }
}

describe('files', () => {
  async function watching(glob: string, debounceMs = 50) {
    const told = new Line<Payload>()
    const troubles = new Line<string | null>()
    const source: FilesSource = new FilesSource({
      on: { folder: join(folder, 'in'), glob, debounceMs },
      watches,
      now: Date.now,
      onFiles: told.put,
      onTrouble: () => troubles.put(source.trouble ?? 'none'),
    })
    close.push(() => source.close())
    return { told, troubles }
  }
  const put = async (path: string, text = 'x'): Promise<void> => {
    await mkdir(join(folder, 'in', path, '..'), { recursive: true })
    await writeFile(join(folder, 'in', path), text)
  }

  it('that match are told together, with what became of each', async () => {
    await put('docs/old.md')
    await put('docs/gone.md')
    const { told, troubles } = await watching('docs/**/*.md', 300)
    expect(await troubles.next()).toBe('none')
    await Promise.all([
      put('docs/new.md'),
      put('docs/old.md', 'changed'),
      put('docs/note.txt'),
      put('elsewhere.md'),
      rm(join(folder, 'in', 'docs', 'gone.md')),
    ])
    const payload = await told.next()
    expect(payload).toMatchObject({ added: ['docs/new.md'], changed: ['docs/old.md'], removed: ['docs/gone.md'], count: 3 })
    expect(told.length).toBe(0)
  })

  it('that come as a flood are one firing, or a few', async () => {
    await mkdir(join(folder, 'in'))
    const { told, troubles } = await watching('**/*', 1_000)
    expect(await troubles.next()).toBe('none')
    await Promise.all(Array.from({ length: 250 }, (_, index) => put(`file-${index}`)))
    let count = 0
    let firings = 0
    for (; count < 250; firings += 1) {
      const payload = await told.next()
      expect(payload['paths']).toHaveLength(Math.min(1_000, Number(payload['count'])))
      count += Number(payload['count'])
    }
    expect(count).toBe(250)
    expect(firings).toBeLessThan(5)
  })

  it('of a folder that vanishes are waited for, and what it holds when it is back is nothing new', async () => {
    await put('a')
    const { told, troubles } = await watching('*')
    expect(await troubles.next()).toBe('none')
    await rename(join(folder, 'in'), join(folder, 'away'))
    expect(await troubles.next()).toMatch(/is not there/)
    await rename(join(folder, 'away'), join(folder, 'in'))
    expect(await troubles.next()).toBe('none')
    // What vanished with the folder may have been told before the folder was missed.
    while (told.length > 0) expect(await told.next()).toMatchObject({ added: [], changed: [] })
    await put('b')
    let payload = await told.next()
    while (payload['count'] !== 1 || String(payload['removed']) !== '') payload = await told.next()
    expect(payload).toMatchObject({ added: ['b'], changed: [] })
  })

  it('that git or a package manager writes are seldom meant', async () => {
    await mkdir(join(folder, 'in'))
    const { told, troubles } = await watching('**/*')
    expect(await troubles.next()).toBe('none')
    await put('node_modules/a/index.js')
    await put('.git/index')
    await put('mine')
    expect(await told.next()).toMatchObject({ paths: ['mine'] })
  })
})

describe('git', () => {
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', ...args], { cwd: folder, stdio: 'pipe' })
      .toString()
      .trim()
  const commit = (subject: string): string => {
    git('commit', '--allow-empty', '-m', subject)
    return git('rev-parse', 'HEAD')
  }
  type Seen = { payload: Payload | null; mark: Mark; isMissed?: boolean }

  function watching(mark: Mark | null, branch: { branch?: string } = { branch: 'main' }) {
    const seen = new Line<Seen>()
    const troubles = new Line<string>()
    const source: GitSource = new GitSource({
      on: { folder, ...branch },
      git: new Git(() => Promise.resolve(process.env)),
      watches,
      mark,
      onCommits: (payload, { mark: now, isMissed }) => Promise.resolve(seen.put({ payload, mark: now, isMissed })),
      onSeen: (now) => Promise.resolve(seen.put({ payload: null, mark: now })),
      onTrouble: () => troubles.put(source.trouble ?? 'none'),
    })
    close.push(() => source.close())
    return { seen, troubles }
  }
  const subjects = ({ payload }: Seen) => commitsSchema.parse(payload?.['commits']).map(({ subject }) => subject)

  it('tells of new commits, packed, forced and moved back; those before it looked are none', async () => {
    git('init', '-b', 'main')
    const first = commit('first')
    const { seen } = watching(null)
    expect(await seen.next()).toEqual({ payload: null, mark: { branch: 'main', commit: first } })
    const second = commit('second')
    const news = await seen.next()
    expect(news).toMatchObject({ payload: { from: first, to: second, isForced: false, count: 1, branch: 'main' }, isMissed: false })
    expect(subjects(news)).toEqual(['second'])
    git('pack-refs', '--all', '--prune')
    commit('third')
    expect(subjects(await seen.next())).toEqual(['third'])
    git('commit', '--allow-empty', '--amend', '-m', 'forced')
    const forced = await seen.next()
    expect(forced).toMatchObject({ payload: { isForced: true, count: 1 } })
    expect(subjects(forced)).toEqual(['forced'])
    git('reset', '--hard', first)
    expect(await seen.next()).toEqual({ payload: null, mark: { branch: 'main', commit: first } })
  })

  it('goes on with what it has missed, and with a branch that vanishes and comes back', async () => {
    git('init', '-b', 'main')
    const first = commit('first')
    for (const subject of ['second', 'third']) commit(subject)
    const { seen, troubles } = watching({ branch: 'main', commit: first })
    const missed = await seen.next()
    expect(missed).toMatchObject({ payload: { count: 2 }, isMissed: true })
    expect(subjects(missed)).toEqual(['third', 'second'])
    git('checkout', '-b', 'side')
    git('branch', '-D', 'main')
    let trouble = await troubles.next()
    while (trouble === 'none') trouble = await troubles.next()
    expect(trouble).toMatch(/There is no branch main/)
    commit('fourth')
    git('branch', 'main')
    expect(subjects(await seen.next())).toEqual(['fourth'])
  })

  it('follows what is checked out: another branch is no news, nor is the middle of a rebase', async () => {
    git('init', '-b', 'main')
    commit('first')
    const { seen } = watching(null, {})
    await seen.next()
    git('checkout', '-b', 'side')
    expect((await seen.next()).payload).toBeNull()
    git('checkout', '--detach')
    commit('lost')
    git('checkout', 'side')
    commit('mine')
    expect(subjects(await seen.next())).toEqual(['mine'])
  })
})
