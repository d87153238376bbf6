import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openCore, type CoreRun } from '../../../e2e/support/core.ts'
import { processesOf } from '../../../e2e/support/processes.ts'
import { until } from '../../../e2e/support/until.ts'
import { instanceConfigSchema } from '../../../shared/domain/instance.ts'

/** The real program against the demo model. */
const longMs = 60_000
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })
let run: CoreRun
beforeEach(async () => {
  run = await openCore()
})
afterEach(() => run.close())

/** A conversation whose instance may run commands without asking, with a hook of the user's that tells when it ran. */
async function conversation(): Promise<string> {
  const { instances } = run.core.pool
  const cwd = run.folders.work
  await writeFile(join(cwd, 'notes.md'), 'the pipe burst at noon')
  const { id } = await instances.create({
    ...instanceConfigSchema.parse({ name: 'worker', cwd, allowedTools: ['Bash', 'Write'] }),
    start: true,
  })
  await until('the instance to be ready', () => instances.get(id).state === 'idle', longMs)
  return (await run.core.conversations.create({ instanceId: id, title: 'Pipes' })).id
}

const say = async (id: string, text: string) => (await run.core.pool.send(id, { text, priority: 5 })).done

/** Every file below a folder, with what is in it. */
async function bytesIn(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const read = await Promise.all(files.toSorted().map(async (file) => [file, await readFile(file, 'latin1')] as const))
  return Object.fromEntries(read)
}

/** All that could tell of a conversation: Claude Code's transcripts, our files, the list, and what is found. */
async function traces() {
  const { core, folders } = run
  const list = await core.conversations.list({ state: 'all', limit: 100 })
  const found = await core.search.find({ q: 'pelican', state: 'all', limit: 20, sort: 'newest' })
  return {
    transcripts: await bytesIn(join(folders.data, 'demo', '.claude', 'projects')),
    files: await bytesIn(join(folders.data, 'conversations')),
    vault: await bytesIn(join(folders.data, 'vault')),
    list: list.items,
    found: found.items.length,
    work: await bytesIn(folders.work),
  }
}

test('it knows what was said, reads, changes nothing, is counted, and nothing of it is left', async () => {
  const id = await conversation()
  await say(id, '[remember: heron]')
  await say(id, 'hello')
  await until('the vault to have it', async () => Object.keys(await bytesIn(join(run.folders.data, 'vault'))).length > 1)
  const before = await traces()
  const { core } = run
  const first = await core.asides.ask(id, { text: 'pelican [recall]' })
  await first.done
  const asideId = first.aside.id
  expect(first.aside.view().exchanges[0]).toMatchObject({ outcome: 'done', looks: 0 })
  expect(first.aside.view().exchanges[0]?.answer).toContain('heron')
  const denied = await core.asides.ask(id, { text: '[bash: touch pelican.txt]', asideId })
  await denied.done
  expect(denied.aside.view().exchanges[1]?.answer).toContain('only reading is possible here')
  const reading = await core.asides.ask(id, { text: '[read: notes.md]', asideId })
  await reading.done
  expect(reading.aside.view().exchanges[2]).toMatchObject({ outcome: 'done', looks: 1 })
  expect(reading.aside.view().exchanges[2]?.costUsd).toBeGreaterThan(0)
  await core.asides.drop(asideId)
  expect(() => core.asides.get(id, asideId)).toThrow('closed')
  expect(await traces()).toEqual(before)
  await say(id, '[count]')
  expect((await core.conversations.messages(id, { limit: 20, superseded: false })).items.at(-1)?.text).toContain('3 messages')
  const range = { from: new Date(0).toISOString(), to: new Date(Date.now() + 60_000).toISOString(), groupBy: 'source' as const, groups: 5 }
  const counted = await until('the figures to have them', async () => {
    const { groups } = await core.metrics.summary(range)
    return groups?.find(({ key }) => key === 'aside')?.totals
  })
  expect(counted).toMatchObject({ done: 3 })
  const { totals } = await core.metrics.conversation(id)
  expect(totals.done).toBe(6)
  expect(totals.costUsd).toBeGreaterThan(counted.costUsd)
})

test('it is answered while a turn runs, is stopped, and is kept as a conversation that Claude knows', async () => {
  const id = await conversation()
  const { core } = run
  await expect(core.asides.ask(id, { text: 'What is this?' })).rejects.toThrow('Send a message first')
  await say(id, '[remember: heron]')
  const turn = await core.pool.send(id, { text: '[slow 600]', priority: 5 })
  await until('the turn to run', () => core.conversations.get(id).lastTurn?.outcome === null)
  const slow = await core.asides.ask(id, { text: '[long 5000] [rate 40]' })
  const asideId = slow.aside.id
  await until('words to come in', () => (slow.aside.view().exchanges[0]?.answer.length ?? 0) > 20)
  const stopped = await core.asides.stop(id, asideId)
  expect(stopped.exchanges[0]).toMatchObject({ outcome: 'interrupted' })
  const again = await core.asides.ask(id, { text: '[remember: pelican]', asideId })
  await again.done
  expect(again.aside.view().exchanges[1]).toMatchObject({ outcome: 'done', answer: 'I will remember: pelican' })
  await core.pool.policies.update({ memoryLimitMb: 120 })
  const other = await core.asides.ask(id, { text: 'And this?' })
  await until('it to wait for memory', () => core.pool.policies.status().waitingForMemory === 1)
  // The idle one gave its memory back before that, and can be asked again.
  expect(core.pool.policies.status().log.filter(({ act }) => act === 'aside-ended')).toHaveLength(1)
  expect((await core.asides.stop(id, other.aside.id)).exchanges[0]).toMatchObject({ outcome: 'interrupted' })
  expect(core.pool.policies.status().waitingForMemory).toBe(0)
  await core.pool.policies.update({ memoryLimitMb: null })
  expect(core.conversations.get(id).lastTurn?.outcome).toBeNull()
  await core.pool.instances.interrupt(core.conversations.get(id).instanceId ?? '')
  await turn.done
  const kept = await core.asides.keep(id, asideId, undefined)
  const further = await core.asides.ask(id, { text: 'And now?', asideId })
  await further.done
  expect(further.aside.view().exchanges[2]).toMatchObject({ outcome: 'done' })
  await core.asides.drop(asideId)
  await say(kept.id, '[recall]')
  const { items } = await core.conversations.messages(kept.id, { limit: 50, superseded: false })
  expect(items.slice(-4).map(({ text }) => text)).toEqual([
    '[remember: pelican]',
    'I will remember: pelican',
    '[recall]',
    'You told me to remember: pelican',
  ])
})

test('one that is stopped while its process starts can be asked again at once', async () => {
  const id = await conversation()
  await say(id, '[remember: heron]')
  const { core } = run
  const { aside } = await core.asides.ask(id, { text: '[recall]' })
  const stopped = () => aside.view().exchanges.at(-1)?.outcome === 'interrupted'
  for (const afterMs of [0, 150, 300, 450, 600]) {
    await core.asides.stop(id, aside.id)
    await core.asides.ask(id, { text: '[long 4000]', asideId: aside.id })
    await new Promise((resolve) => setTimeout(resolve, afterMs))
    void core.asides.stop(id, aside.id)
    await until('the page to show that it was stopped', stopped)
    await core.asides.ask(id, { text: '[recall]', asideId: aside.id })
  }
  await until('its answer', () => aside.view().exchanges.at(-1)?.outcome === 'done')
  expect(aside.view().exchanges.at(-1)?.answer).toContain('heron')
  await expect(
    core.asides.ask(id, { text: '', asideId: aside.id }).then(() => core.asides.ask(id, { text: 'b', asideId: aside.id })),
  ).rejects.toThrow('still answering')
  await core.asides.stop(id, aside.id)
})

test('what is open when the app ends, or is killed in the middle, leaves no process and no file', async () => {
  const id = await conversation()
  await say(id, 'hello')
  const { core } = run
  const before = Object.keys((await traces()).transcripts)
  const { aside } = await core.asides.ask(id, { text: '[slow 600]' })
  const pids = () => processesOf(run.folders.root).filter(({ command }) => command.includes('claude'))
  await until('both processes to run', () => pids().length >= 2)
  await aside.close()
  await until('one of them to be gone', () => pids().length === 1)
  expect(aside.view().exchanges[0]).toMatchObject({ outcome: 'interrupted' })
  const other = await core.asides.ask(id, { text: '[slow 600]' })
  await until('both processes to run', () => pids().length >= 2)
  const newest = pids()
    .toSorted((a, b) => a.pid - b.pid)
    .at(-1)
  process.kill(newest?.pid ?? 0, 'SIGKILL')
  await other.done
  expect(other.aside.view().exchanges[0]).toMatchObject({ outcome: 'failed', error: { code: 'CLAUDE_EXITED' } })
  await core.close()
  expect(pids()).toEqual([])
  expect(Object.keys(await bytesIn(join(run.folders.data, 'demo', '.claude', 'projects')))).toEqual(before)
})
