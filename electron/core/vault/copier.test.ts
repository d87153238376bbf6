import { appendFile, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { z } from 'zod'
import { writeClaudeHistory } from '../../../e2e/bench/claude-history.ts'
import { SessionIndex } from './session-index.ts'
import { Copier, type CopierOptions, type ScanState } from './copier.ts'

let root: string
let projects: string
let vault: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'bullpen-vault-'))
  projects = join(root, '.claude', 'projects')
  vault = join(root, 'vault')
})
afterEach(() => rm(root, { recursive: true, force: true }))

/** A copier with what it told. */
async function copier(options: Partial<CopierOptions> = {}) {
  const index = new SessionIndex()
  const scans: ScanState[] = []
  const own = new Copier({
    folder: vault,
    sources: [{ name: 'claude', folder: projects }],
    onRecords: (records) => void index.take(records),
    ...options,
    onScan: (scan) => {
      scans.push(scan)
      options.onScan?.(scan)
    },
  })
  await own.open()
  return { copier: own, index, scans, last: () => scans.at(-1) }
}

async function scanned(): Promise<SessionIndex> {
  const { copier: own, index } = await copier()
  await own.scan()
  await own.close()
  return index
}

const id = '11111111-2222-4333-8444-555555555555'
const source = () => join(projects, '-work', `${id}.jsonl`)
const copy = () => join(vault, 'claude', '-work', `${id}.jsonl`)
const line = (text: string) =>
  `${JSON.stringify({ type: 'user', uuid: text, parentUuid: null, cwd: '/srv', message: { role: 'user', content: text } })}\n`
async function write(text: string, file = source()): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
}
async function versions(): Promise<string[]> {
  const names = await readdir(dirname(copy())).catch(() => [])
  return Promise.all(names.map((name) => readFile(join(dirname(copy()), name), 'utf8')))
}

it('copies everything, sub-agents too, and knows what each session is', async () => {
  const history = await writeClaudeHistory({ config: join(root, '.claude'), sessions: 40, messages: 400, headKb: 1 })
  const index = await scanned()
  for (const { sessionId, file, messages, cwd, agents, torn } of history.sessions) {
    expect(index.session(sessionId)).toMatchObject({ cwd, messageCount: messages, damagedLines: torn, isInClaude: true })
    const [main] = index.files(sessionId)
    expect(await readFile(join(vault, 'claude', main?.path ?? ''))).toEqual(await readFile(file))
    expect(index.agents(sessionId).length).toBeLessThanOrEqual(agents)
  }
  expect(history.sessions.some(({ sessionId }) => index.agents(sessionId).length > 0)).toBe(true)
  expect(history.sessions.some(({ forkOf, sessionId }) => forkOf !== null && index.session(sessionId)?.parentSessionId === forkOf)).toBe(
    true,
  )
})

it('appends what was appended, and keeps what was deleted', async () => {
  await write(line('one'))
  const { copier: own, index } = await copier()
  await own.scan()
  await appendFile(source(), line('two') + line('three').slice(0, 9))
  await own.changed({ name: 'claude', folder: projects }, `-work/${id}.jsonl`)
  expect(index.session(id)).toMatchObject({ messageCount: 2, damagedLines: 0 })
  await appendFile(source(), line('three').slice(9))
  await own.changed({ name: 'claude', folder: projects }, `-work/${id}.jsonl`)
  expect(index.session(id)).toMatchObject({ messageCount: 3, versions: 0 })
  await rm(source())
  await own.changed({ name: 'claude', folder: projects }, `-work/${id}.jsonl`)
  expect(index.session(id)).toMatchObject({ messageCount: 3, isInClaude: false, deletedByClaudeAt: null })
  expect(await versions()).toEqual([line('one') + line('two') + line('three')])
  await own.close()
})

it('knows at the next start what it knew at the end, without reading the transcripts again', async () => {
  await write(line('one'))
  const told = (await scanned()).session(id)
  const { copier: own, index, last } = await copier()
  expect(index.session(id)).toEqual(told)
  await own.scan()
  expect(last()).toMatchObject({ running: false, total: 0, problem: null })
  await own.close()
})

it('goes on where it was ended in the middle', async () => {
  await writeClaudeHistory({ config: join(root, '.claude'), sessions: 30, messages: 90, headKb: 1 })
  const begun = Promise.withResolvers<void>()
  const first = await copier({ onScan: ({ done }) => done > 5 && begun.resolve() })
  void first.copier.scan()
  await begun.promise
  await first.copier.close()
  const before = first.index.sessions().length
  expect(before).toBeGreaterThan(0)
  const { copier: own, index, last } = await copier()
  await own.scan()
  expect(index.sessions()).toHaveLength(30)
  expect(last()?.total).toBeLessThan(first.last()?.total ?? 0)
  await own.close()
})

it('is told when the disk is full, keeps what it has, and goes on when there is room', async () => {
  await write(line('one'))
  await write(line('other'), join(projects, '-work', `${id.replace('1', '2')}.jsonl`))
  await mkdir(dirname(copy()), { recursive: true })
  // Whatever is written to it meets a full disk.
  await symlink('/dev/full', copy())
  const { copier: own, index, last } = await copier()
  await own.scan()
  expect(last()?.running).toBe(false)
  expect(last()?.problem).toContain('is full')
  await rm(copy())
  await own.scan()
  expect(last()).toMatchObject({ problem: null })
  expect(index.sessions()).toHaveLength(2)
  expect(await readFile(copy(), 'utf8')).toBe(line('one'))
  await own.close()
})

it('is whole again without its index, or with a damaged one, with sessions whose originals are gone too', async () => {
  const history = await writeClaudeHistory({ config: join(root, '.claude'), sessions: 10, messages: 60, headKb: 1 })
  await scanned()
  await rm(history.sessions[0]?.file ?? '')
  const told = (await scanned()).sessions()
  expect(told.filter(({ isInClaude }) => !isInClaude)).toHaveLength(1)
  for (const damage of ['', '{"source":"claude","path":"../../etc/passwd"}\n', 'not json\n{"source":']) {
    await writeFile(join(vault, 'index.jsonl'), damage)
    expect((await scanned()).sessions()).toEqual(told)
  }
})

type Change = { kind: 'append' | 'torn' | 'shrink' | 'rewrite' | 'delete' | 'same size'; text: string }

it('never loses or damages what it has copied, whatever happens to the original', async () => {
  const change: fc.Arbitrary<Change> = fc.record({
    kind: fc.constantFrom('append', 'append', 'torn', 'shrink', 'rewrite', 'delete', 'same size'),
    text: fc.string({ minLength: 1, maxLength: 12 }),
  })
  const outcome = fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 8 }), async (changes) => {
      await rm(vault, { recursive: true, force: true })
      await rm(projects, { recursive: true, force: true })
      await write(line('first'))
      const { copier: own, index } = await copier()
      await own.scan()
      const seen = [line('first')]
      for (const [index, one] of changes.entries()) {
        await apply(one)
        // Two changes within the clock's grain would look like one.
        await utimes(source(), index, index).catch(() => {})
        await own.scan()
        const now = await readFile(source(), 'utf8').catch(() => null)
        if (now !== null) seen.push(now)
      }
      await own.close()
      const kept = await versions()
      for (const text of seen) expect(kept.some((whole) => whole.startsWith(text))).toBe(true)
      const messages = (await readFile(copy(), 'utf8')).split('\n').filter((text) => isMessage(text)).length
      expect(index.session(id)?.messageCount).toBe(messages)
    }),
    { numRuns: 15 },
  )
  await expect(outcome).resolves.toBeUndefined()
})

async function apply({ kind, text }: Change): Promise<void> {
  const now = await readFile(source(), 'utf8').catch(() => '')
  if (kind === 'append') await write(now + line(text))
  if (kind === 'torn') await write(now + line(text).slice(0, -5))
  if (kind === 'shrink') await truncate(source(), Math.floor(now.length / 2)).catch(() => {})
  if (kind === 'rewrite') await write(line(text) + line(text))
  if (kind === 'same size') await write(now.replaceAll('u', 'v'))
  if (kind === 'delete') await rm(source(), { force: true })
}

const messageSchema = z.object({ type: z.literal('user'), message: z.object({ content: z.string().min(1) }) })

function isMessage(text: string): boolean {
  try {
    return messageSchema.safeParse(JSON.parse(text)).success
  } catch {
    return false
  }
}

it('copies a transcript that grows while it is read', async () => {
  const text = 'word '.repeat(4_000)
  await write(line(text))
  const { copier: own, index } = await copier()
  let writing = true
  const writer = async () => {
    for (let index = 0; index < 60; index += 1) await appendFile(source(), line(`${index} ${text}`))
    writing = false
  }
  await Promise.all([
    writer(),
    (async () => {
      while (writing) await own.scan()
    })(),
  ])
  await own.scan()
  await own.close()
  expect(index.session(id)).toMatchObject({ messageCount: 61, damagedLines: 0, versions: 0 })
  expect(await versions()).toEqual([await readFile(source(), 'utf8')])
})

it('leaves nothing of a copy that was cut off', async () => {
  await write(line('one'))
  await write('half of', `${copy()}.0123456789ab.tmp`)
  await scanned()
  expect(await versions()).toEqual([line('one')])
})

it('makes good a copy that was damaged, as long as the original is there', async () => {
  await write(line('one') + line('two'))
  await scanned()
  await truncate(copy(), 20)
  expect((await scanned()).session(id)?.messageCount).toBe(2)
  await rm(copy())
  expect((await scanned()).session(id)?.messageCount).toBe(2)
  expect(await readFile(copy(), 'utf8')).toBe(line('one') + line('two'))
})

it('leaves transcripts that are links out', async () => {
  await write(line('one'))
  await cp(source(), join(root, 'elsewhere.jsonl'))
  await symlink(join(root, 'elsewhere.jsonl'), join(projects, '-work', 'linked.jsonl'))
  expect((await scanned()).sessions().map(({ sessionId }) => sessionId)).toEqual([id])
})

it('follows a project’s folder that is a link, and names the links that it does not follow', async () => {
  const elsewhere = join(root, 'disk', '-work')
  await write(line('hello'), join(elsewhere, `${id}.jsonl`))
  await mkdir(projects, { recursive: true })
  await symlink(elsewhere, join(projects, '-work'))
  await mkdir(join(projects, '-other'))
  await symlink(join(elsewhere, `${id}.jsonl`), join(projects, '-other', `${id.replace('1111', '2222')}.jsonl`))
  const { copier: own, index, last } = await copier()
  await own.scan()
  await own.close()
  expect(index.sessions()).toMatchObject([{ sessionId: id, title: 'hello', isInClaude: true }])
  expect(await readFile(copy(), 'utf8')).toBe(line('hello'))
  expect(last()?.problem).toContain('1 transcript or session folder is a link')
})

it('lists the sub-agents of a session whose own transcript is gone, and neither journals nor what Claude Code does for itself', async () => {
  const agent = (agentId: string) => line('look for bugs').replace('{', `{"isSidechain":true,"sessionId":"${id}","agentId":"${agentId}",`)
  const folder = join(projects, '-work', id, 'subagents')
  await write(agent('a1'), join(folder, 'agent-a1.jsonl'))
  await write(agent('acompact-1'), join(folder, 'agent-acompact-1.jsonl'))
  await write('{"type":"started","agentId":"a2"}\n', join(folder, 'workflows', 'w1', 'journal.jsonl'))
  const index = await scanned()
  expect(index.sessions()).toMatchObject([{ sessionId: id, title: 'look for bugs', agentsOnly: true, agentCount: 1, messageCount: 1 }])
})

it('reads again what an earlier version has read, the copies of deleted transcripts too', async () => {
  await write(`${line('kept')}${line('x'.repeat(10_000))}`)
  await scanned()
  await rm(source())
  await scanned()
  const index = join(vault, 'index.jsonl')
  await writeFile(index, (await readFile(index, 'utf8')).replaceAll('"reader":2', '"reader":1'))
  expect((await scanned()).sessions()).toMatchObject([{ title: 'kept', messageCount: 2, isInClaude: false }])
})

it('knows what a session in the background was copied from', async () => {
  const other = id.replace('1111', '2222')
  await write(line('go'))
  await write(line('go').replace('{', '{"sessionKind":"bg",'), join(projects, '-work', `${other}.jsonl`))
  const index = await scanned()
  expect(index.session(other)).toMatchObject({ parentSessionId: id })
  expect(index.session(id)).toMatchObject({ parentSessionId: null })
})

it('does not bring back a data folder that was moved away: the other could not be put back then', async () => {
  const data = join(root, 'data')
  await mkdir(data)
  const { copier: own } = await copier({ folder: join(data, 'vault') })
  await rename(data, join(root, 'away'))
  await write(line('one'))
  await own.scan()
  expect(await readdir(root)).not.toContain('data')
  await rename(join(root, 'away'), data)
  await own.scan()
  await own.close()
  expect(await readFile(join(data, 'vault', 'claude', '-work', `${id}.jsonl`), 'utf8')).toBe(line('one'))
})
