import { spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { until } from '../../../e2e/support/until.ts'
import { processIdentity } from '../storage/process-identity.ts'
import { markerName } from './environment.ts'
import { ProcessRecords } from './process-records.ts'

const linux = process.platform === 'linux'
/** Says the id of a process that it starts in a session of its own, and waits. */
const parentOfOne = `
  const { spawn } = require('node:child_process')
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' })
  console.log(child.pid)
  setInterval(() => {}, 1000)`

let folder: string
let marker: string
const children: ChildProcess[] = []
/** They live in sessions of their own, so nothing else ends them. */
const grandchildren: number[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bullpen-records-'))
  marker = randomUUID()
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  for (const pid of grandchildren.splice(0)) if (!(await isGone(pid))) process.kill(pid, 'SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

const startedAt = new Date().toISOString()
const identified = async (pid: number) => ({ pid, identity: (await processIdentity(pid)) ?? 'gone' })
const isGone = async (pid: number) => (await processIdentity(pid)) === null

function start(script: string, env: NodeJS.ProcessEnv = {}): { pid: number; child: ChildProcess } {
  const child = spawn(process.execPath, ['-e', script], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  if (child.pid === undefined) throw new Error('The child did not start.')
  return { pid: child.pid, child }
}

async function startFamily(): Promise<{ root: number; grandchild: number; child: ChildProcess }> {
  const { pid, child } = start(parentOfOne, { [markerName]: marker })
  const line = await new Promise<string>((resolve) => child.stdout?.once('data', (data: Buffer) => resolve(data.toString())))
  grandchildren.push(Number(line))
  return { root: pid, grandchild: Number(line), child }
}

test('a survivor is ended with the tool that it started in a session of its own', async () => {
  const { root, grandchild } = await startFamily()
  const tree = [await identified(grandchild)]
  await new ProcessRecords(folder).write({ marker, process: await identified(root), tree, startedAt })
  expect(await new ProcessRecords(folder).reap()).toBe(2)
  expect([await isGone(root), await isGone(grandchild)]).toEqual([true, true])
  expect(await readdir(folder)).toEqual([])
})

test('a tool is ended also when the process that started it is long gone', async () => {
  const { root, grandchild, child } = await startFamily()
  const tree = [await identified(grandchild)]
  await new ProcessRecords(folder).write({ marker, process: await identified(root), tree, startedAt })
  child.kill('SIGKILL')
  await until('the end of the root', () => isGone(root))
  expect(await new ProcessRecords(folder).reap()).toBe(1)
  expect(await isGone(grandchild)).toBe(true)
})

test.runIf(linux)('what was started right before a crash is ended, although its id was not written down yet', async () => {
  const { root, grandchild } = await startFamily()
  await new ProcessRecords(folder).write({ marker, process: null, tree: [], startedAt })
  expect(await new ProcessRecords(folder).reap()).toBe(2)
  expect([await isGone(root), await isGone(grandchild)]).toEqual([true, true])
})

test.each([
  ['began at another time', 'long ago'],
  ['is known by its id alone', null],
])('a stranger that has the id of one of ours now, which %s, is left alone', async (_, identity) => {
  const { pid } = start('setInterval(() => {}, 1000)')
  const one = { pid, identity }
  await writeFile(join(folder, `${marker}.json`), JSON.stringify({ marker, process: one, tree: [one], startedAt }))
  expect(await new ProcessRecords(folder).reap()).toBe(0)
  expect(await isGone(pid)).toBe(false)
  expect(await readdir(folder)).toEqual([])
})

test('what this run has started is not reaped', async () => {
  const { root } = await startFamily()
  const records = new ProcessRecords(folder)
  await records.write({ marker, process: await identified(root), tree: [], startedAt })
  expect(await records.reap()).toBe(0)
  expect(await isGone(root)).toBe(false)
  await records.remove(marker)
  expect(await readdir(folder)).toEqual([])
})

test('damaged records and a folder that is not there are no trouble', async () => {
  await writeFile(join(folder, 'torn.json'), '{"marker":"to')
  await writeFile(join(folder, '.json'), '{}')
  expect(await new ProcessRecords(folder).reap()).toBe(0)
  expect(await readdir(folder)).toEqual([])
  expect(await new ProcessRecords(join(folder, 'none')).reap()).toBe(0)
})
