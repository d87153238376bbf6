import { execFileSync } from 'node:child_process'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openCore, type CoreRun } from '../../../e2e/support/core.ts'
import { until } from '../../../e2e/support/until.ts'
import type { Changes, ChangedFile } from '../../../shared/domain/changes.ts'
import { instanceConfigSchema } from '../../../shared/domain/instance.ts'
import type { Turn } from '../../../shared/domain/turn.ts'

/** The real program against the demo model; a busy machine starts it slowly. */
vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 })
let run: CoreRun
let id: string
let root: string

const plain = (...args: string[]) => execFileSync('git', args, { cwd: root, stdio: 'pipe' }).toString()
const write = (path: string, text: string | Uint8Array) => writeFile(join(root, path), text)
let looks = 0

/** Files are looked at when a turn has ended: what is changed after that is somebody else's. */
async function say(text: string): Promise<Turn> {
  const wanted = looks + 1
  const turn = await (await run.core.pool.send(id, { text, priority: 5 })).done
  await until('the folder to be looked at', () => looks >= wanted)
  return turn
}

async function listen(): Promise<void> {
  for await (const { event } of run.core.events.stream()) if (event.type === 'changes') looks += 1
}

const start = { against: 'start', whitespace: true }
const head = { against: 'head', whitespace: true }

function lines(items: readonly ChangedFile[]): string[] {
  return items.map(
    ({ kind, path, from, added, removed, by }) => `${kind} ${from === undefined ? '' : `${from} → `}${path} +${added} -${removed} ${by}`,
  )
}

function fileOf({ items }: Changes, path: string): ChangedFile {
  const found = items.find((item) => item.path === path)
  if (!found) throw new Error(`${path} does not differ: ${items.map((item) => item.path).join(', ')}`)
  return found
}

beforeEach(async () => {
  run = await openCore()
  looks = 0
  void listen()
  root = run.folders.work
  plain('init', '-q', '-b', 'main')
  plain('config', 'user.name', 'Ada')
  plain('config', 'user.email', 'ada@example.com')
  await write('.gitignore', 'secret.env\n')
  await write('old name.py', 'def f():\n    return 1\n\n\ndef g():\n    return 2\n')
  await write('mine.txt', 'mine\n')
  plain('add', '-A')
  plain('commit', '-qm', 'docs: first')
  const config = instanceConfigSchema.parse({ name: 'worker', cwd: root, allowedTools: ['Bash', 'Agent', 'Task', 'Write', 'Edit', 'Read'] })
  const instanceId = (await run.core.pool.instances.create({ ...config, start: true })).id
  id = (await run.core.conversations.create({ instanceId })).id
})
afterEach(() => run.close())

test('what it changed by tools, commands and sub-agents is told from what a person did; lines and files can be taken back and committed', async () => {
  const { changes } = run.core
  expect(await changes.list(id, start)).toMatchObject({ items: [], since: null, isRepository: true, folder: root })
  expect((await changes.list(id, start)).note).toMatch(/start with the first message/)
  expect(await changes.turns.of(id, 'turn_000000000000')).toBeNull()
  const first = await say(
    '[write: secret.env hidden] [write: draft.md one two] [bash: git mv "old name.py" new.py; sed -i s/2/3/ new.py; echo bin > /tmp/x]',
  )
  await write('mine.txt', 'mine\nby hand\n')
  await write('hand.txt', 'by hand\n')
  // What a person did after the turn is not the turn's.
  expect(await changes.turns.of(id, first.id)).toMatchObject({ files: 2 })
  const { items } = await run.core.conversations.messages(id, { limit: 50, superseded: false })
  // The sub-agent works in the background, and as nothing is called after it, Claude reports it in a turn of its own.
  const second = await say('[bash: printf "a\\nb\\nc\\n" >> mine.txt] [agent: [write: by-agent.md hello]]')
  await until(
    'all work to be over',
    () => run.core.conversations.get(id).lastTurn?.id !== second.id && run.core.pool.rewinds.atWork().length === 0,
  )
  const since = await changes.list(id, start)
  expect(lines(since.items)).toEqual([
    'created by-agent.md +1 -0 conversation',
    'created draft.md +1 -0 conversation',
    'changed mine.txt +4 -0 both',
    'renamed old name.py → new.py +1 -1 conversation',
  ])
  expect(since).toMatchObject({ note: null, files: 4, added: 7, removed: 1, uncovered: [{ path: 'secret.env', reason: 'ignored' }] })
  expect(lines((await changes.list(id, head)).items)).toContain('created hand.txt +1 -0 others')
  const later = (await run.core.conversations.messages(id, { after: items.at(-1)?.seq ?? 0, limit: 50, superseded: false })).items
  const message = later.find(({ role, turnId }) => role === 'user' && turnId === second.id)
  expect(lines((await changes.list(id, { against: `message:${message?.id}`, whitespace: true })).items)).toEqual([
    'created by-agent.md +1 -0 conversation',
    'changed mine.txt +3 -0 conversation',
  ])

  const look = { ...start, context: 1, fromLine: 0 }
  const renamed = await changes.file(id, { ...look, context: 0, path: 'new.py' })
  expect(renamed).toMatchObject({ by: 'conversation', from: 'old name.py', encoding: 'utf-8', nextLine: null })
  expect(renamed.hunks).toMatchObject([
    {
      section: 'def g():',
      oldStart: 6,
      lines: [
        { kind: '-', text: '    return 2' },
        { kind: '+', text: '    return 3' },
      ],
    },
  ])
  // A file that has changed since it was listed is shown as it is.
  await write('draft.md', 'three\n')
  expect((await changes.file(id, { ...look, path: 'draft.md' })).hunks[0]?.lines).toEqual([{ kind: '+', text: 'three' }])

  const draft = { path: 'draft.md', version: fileOf(since, 'draft.md').version }
  await expect(changes.chosen.takeBack(id, { ...start, files: [draft] })).rejects.toThrow(/has changed since you looked/)
  const now = await changes.list(id, start)
  const some = { path: 'mine.txt', version: fileOf(now, 'mine.txt').version, lines: { removed: [], added: [3, 5] } }
  const moved = { path: 'new.py', version: fileOf(now, 'new.py').version }
  const taken = await changes.chosen.takeBack(id, { ...start, files: [some, moved] })
  expect(taken).toMatchObject({ kind: 'take-back', fileCount: 3, kept: [] })
  expect(await readFile(join(root, 'mine.txt'), 'utf8')).toBe('mine\nby hand\nb\n')
  expect(await readFile(join(root, 'old name.py'), 'utf8')).toMatch(/return 2/)
  await run.core.rewinds.undo(id, taken.id ?? '', { dryRun: false, overwrite: [] })
  expect(await readFile(join(root, 'new.py'), 'utf8')).toMatch(/return 3/)
  expect(await readFile(join(root, 'mine.txt'), 'utf8')).toBe('mine\nby hand\na\nb\nc\n')

  const last = await changes.list(id, start)
  const chosen = ['by-agent.md', 'draft.md'].map((path) => ({ path, version: fileOf(last, path).version }))
  const lineOfMine = { path: 'mine.txt', version: fileOf(last, 'mine.txt').version, lines: { removed: [], added: [4] } }
  expect(await changes.chosen.draftMessage(id, { ...start, files: chosen })).toMatchObject({ message: 'Add by-agent.md and draft.md' })
  const { commit, branch } = await changes.chosen.commit(id, { ...start, files: [...chosen, lineOfMine], message: 'docs: drafts' })
  expect([commit, branch]).toEqual([plain('rev-parse', 'HEAD').trim(), 'main'])
  expect(plain('show', 'HEAD:mine.txt')).toBe('mine\nb\n')
  expect(plain('show', '--name-only', '--format=%an %s').trim().split('\n')).toEqual([
    'Ada docs: drafts',
    '',
    'by-agent.md',
    'draft.md',
    'mine.txt',
  ])
  expect(plain('status', '--porcelain')).toBe(
    ' M mine.txt\nR  "old name.py" -> new.py\n M new.py\n?? hand.txt\n'.replace(
      'R  "old name.py" -> new.py\n M new.py',
      'RM "old name.py" -> new.py',
    ),
  )
  expect(await changes.gitState(id)).toMatchObject({ branch: 'main', head: commit, changed: 2, untracked: 1 })
  await expect(
    changes.chosen.commit(id, { ...start, files: [{ ...lineOfMine, lines: { removed: [], added: [5] } }], message: 'x' }),
  ).rejects.toThrow(/committed in a different version/)
  // Back to the commit: as git would check it out.
  const toHead = await changes.list(id, head)
  await changes.chosen.takeBack(id, {
    ...head,
    files: ['mine.txt', 'hand.txt'].map((path) => ({ path, version: fileOf(toHead, path).version })),
  })
  expect(await readFile(join(root, 'mine.txt'), 'utf8')).toBe('mine\nb\n')
  await expect(readFile(join(root, 'hand.txt'))).rejects.toThrow(/ENOENT/)
})

test('a folder that is no repository, pictures, other encodings, a file that became a folder, and files that are too large to compare', async () => {
  await rm(join(root, '.git'), { recursive: true })
  await write('a', 'a file\n')
  await say('hello')
  await rm(join(root, 'a'))
  const png = Buffer.from('89504e470d0a1a0a0000', 'hex')
  await write('p.png', png)
  await write('latin', Buffer.from('caf\xe9\n', 'latin1'))
  await write('big.txt', 'x\n'.repeat(3_000_000))
  await rename(join(root, 'p.png'), join(root, 'q.png'))
  await say('[bash: mkdir a; echo in > a/in; cp q.png p.png; cat latin latin > l2; cat big.txt > b2.txt; ln -s a/in link]')
  const { changes } = run.core
  const list = await changes.list(id, start)
  expect(list).toMatchObject({ isRepository: false, folder: root })
  expect(Object.fromEntries(list.items.map(({ path, content, kind }) => [path, `${kind} ${content}`]))).toMatchObject({
    'a/in': 'created text',
    'b2.txt': 'created large',
    l2: 'created text',
    link: 'created link',
    'p.png': 'created picture',
  })
  const look = { ...start, context: 3, fromLine: 0 }
  expect(await changes.file(id, { ...look, path: 'l2' })).toMatchObject({
    encoding: 'latin1',
    hunks: [{ lines: [{ text: 'café' }, { text: 'café' }] }],
  })
  expect(await changes.file(id, { ...look, path: 'p.png' })).toMatchObject({
    hunks: [],
    newPicture: { mediaType: 'image/png', data: png.toString('base64') },
  })
  expect(await changes.file(id, { ...look, path: 'link' })).toMatchObject({ hunks: [], newTarget: 'a/in' })
  expect(await changes.file(id, { ...look, path: 'b2.txt' })).toMatchObject({ hunks: [], added: 3_000_000 })
  await expect(changes.file(id, { ...look, path: 'none' })).rejects.toThrow(/has no changes any more/)
  expect((await changes.list(id, head)).note).toMatch(/not in a git repository/)
  await run.core.settings.update({ snapshots: false })
  expect((await changes.list(id, start)).note).toMatch(/turned off/)
})
