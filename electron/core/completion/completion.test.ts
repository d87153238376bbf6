import { execFileSync } from 'node:child_process'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openCore, type CoreRun } from '../../../e2e/support/core.ts'
import { until } from '../../../e2e/support/until.ts'
import { fileMention } from '../../../shared/file-mention.ts'
import { instanceConfigSchema, type Instance } from '../../../shared/domain/instance.ts'

/** The real program against the demo model. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })
let run: CoreRun
let core: CoreRun['core']
let instance: Instance
beforeAll(async () => {
  run = await openCore()
  core = run.core
  await put('.claude/commands/greet.md', '---\ndescription: Says hello\nargument-hint: <name>\n---\nSay hello to $ARGUMENTS')
  await put('a b.txt', 'WHAT-IS-IN-IT')
  await put('src/deep.ts', 'x')
  const config = instanceConfigSchema.parse({ name: 'ada', cwd: run.folders.work })
  instance = await core.pool.instances.create({ ...config, start: false })
})
afterAll(() => run.close())

async function put(path: string, text: string): Promise<void> {
  await mkdir(join(run.folders.work, path, '..'), { recursive: true })
  await writeFile(join(run.folders.work, path), text)
}

const known = () => core.completion.commands.known(instance.id)
const find = (query: string, limit = 15) => core.completion.files.find(run.folders.work, query, limit)
const pathsOf = async (query: string) => (await find(query)).items.map(({ path }) => path)

test('without a process files come from our own index, and it starts none', async () => {
  expect(await pathsOf('deep')).toEqual(['src/deep.ts'])
  expect(await find('a b')).toMatchObject({ items: [{ path: 'a b.txt', kind: 'file' }], source: 'index', bounded: false })
  expect((await known()).readAt).toBeNull()
  expect(core.pool.instances.get(instance.id).process).toBeNull()
})

test('what a process has is remembered by itself, changes are told, and it is known after a restart without a process', async () => {
  const told = new Set<string>()
  const stop = new AbortController()
  const events = core.events.stream({ signal: stop.signal })
  void (async () => {
    for await (const { event } of events) if (event.type === 'commands') told.add(event.instanceId)
  })()
  await core.pool.instances.start(instance.id)
  const greet = await until('it is remembered', async () => (await known()).commands.find(({ name }) => name === 'greet'))
  expect(greet).toMatchObject({ description: 'Says hello', argumentHint: '<name>', source: 'project', builtin: false })
  expect((await known()).agents.map(({ name }) => name)).toContain('Explore')
  await until('it is told', () => told.has(instance.id))
  told.clear()
  // Claude Code watches the folder only some time after it has started: until it has seen one, there are more.
  let made = 0
  let at = 0
  const seen = async () => {
    if (performance.now() - at > 4_000) {
      at = performance.now()
      made += 1
      await put(`.claude/commands/later${made}.md`, 'Made later')
    }
    return (await known()).commands.some(({ name }) => name === 'later1')
  }
  await until('the new command is known', seen)
  await until('that is told', () => told.has(instance.id))
  stop.abort()
  expect((await readdir(join(run.folders.data, 'commands'))).length).toBe(1)
  await core.close()
  run = await openCore(run.folders)
  core = run.core
  expect((await known()).commands.map(({ name }) => name)).toContain('later1')
  expect(core.pool.instances.get(instance.id).process).toBeNull()
})

test('where a process works, files come as Claude Code ranks them; a name that it cannot give is still found', async () => {
  await put('new\nline.md', 'x')
  await core.pool.instances.resume(instance.id)
  await until('Claude Code has its index', async () => (await find('deep')).source === 'claude')
  expect(await pathsOf('deep')).toEqual(['src/deep.ts'])
  expect(await pathsOf('line.md')).toContain('new\nline.md')
})

test('a quoted file with spaces and a command with arguments reach the model expanded', async () => {
  const { id } = await core.conversations.create({ instanceId: instance.id })
  const say = async (text: string) => (await core.pool.send(id, { text, priority: 5 })).done
  await say('Read @"a b.txt" please')
  await say('/greet Ada Lovelace')
  const transcript = await transcriptOf(run.folders.root)
  expect(transcript).toContain('WHAT-IS-IN-IT')
  expect(transcript).toContain('Say hello to Ada Lovelace')
})

const oddNames = [
  'plain.ts',
  "apos'x.txt",
  'quo"te.txt',
  'back\\slash.txt',
  'line\nbreak.txt',
  'שלום.txt',
  'par(en).txt',
  'comma,x.txt',
  'u@v.txt',
  'tail.',
  'a:b.txt',
  'agent-x',
  'über ä.txt',
  'semi;x.txt',
  '[id].tsx',
  '$dollar.txt',
  '{a,b}.txt',
  '日本 語.txt',
]

test('whatever a file is called, the form it is mentioned in is one that Claude Code expands', async () => {
  for (const [at, name] of oddNames.entries()) await put(`odd/${at}/${name}`, `CONTENT-${at}-HERE`)
  const mentions = oddNames.map((name, at) => fileMention(`odd/${at}/${name}`))
  expect(mentions).not.toContain(null)
  const { id } = await core.conversations.create({ instanceId: instance.id })
  await (
    await core.pool.send(id, { text: `See ${mentions.join(' ')} please`, priority: 5 })
  ).done
  const transcript = await transcriptOf(run.folders.root)
  expect(oddNames.filter((_, at) => !transcript.includes(`CONTENT-${at}-HERE`))).toEqual([])
  expect(['a#b.txt', 'a "b" c.txt', '"x.txt', ''].map(fileMention)).toEqual([null, null, null, null])
})

test('paths in a message are looked at: there, a folder, missing; and a folder that is gone is told', async () => {
  const states = await core.completion.files.states(run.folders.work, [
    'a b.txt',
    'src/',
    'no.txt',
    join(run.folders.work, 'src', 'deep.ts'),
    'a\0b',
  ])
  expect(states.map(({ kind }) => kind)).toEqual(['file', 'folder', 'missing', 'file', 'missing'])
  const gone = join(run.folders.work, 'gone')
  await expect(core.completion.files.find(gone, 'a', 5)).rejects.toMatchObject({ code: 'FOLDER_MISSING' })
  await expect(core.completion.files.find('src', 'a', 5)).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  await expect(core.completion.files.find(join(run.folders.work, 'a b.txt'), 'a', 5)).rejects.toMatchObject({
    code: 'FOLDER_NOT_DIRECTORY',
  })
})

test('a repository’s own configuration runs nothing', async () => {
  const repository = join(run.folders.root, 'foreign')
  await mkdir(repository)
  execFileSync('git', ['init', '-q'], { cwd: repository })
  const ran = join(run.folders.root, 'ran')
  execFileSync('git', ['config', 'core.fsmonitor', `touch ${ran}; false`], { cwd: repository })
  await writeFile(join(repository, 'there.txt'), '')
  expect((await core.completion.files.find(repository, 'there', 5)).items).toEqual([{ path: 'there.txt', kind: 'file' }])
  await expect(rm(ran)).rejects.toThrow('ENOENT')
})

async function transcriptOf(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.jsonl') && entry.parentPath.includes('projects'))
  return (await Promise.all(files.map((entry) => readFile(join(entry.parentPath, entry.name), 'utf8')))).join('\n')
}
