import { spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { afterEach, expect, test } from 'vitest'
import { until } from '../../../e2e/support/until.ts'
import { processIdentity, runPs } from '../storage/process-identity.ts'
import { ChildTree } from './child-tree.ts'
import { markerName } from './environment.ts'
import { listProcesses, parseProcessList } from './process-list.ts'

const posix = process.platform !== 'win32'
/** Starts a process that starts one process after another, each in a session of its own, for a while. */
const breeder = `
  const { spawn } = require('node:child_process')
  if (process.argv[1] === 'tool') {
    const breed = () => spawn('sleep', ['60'], { detached: true, stdio: 'ignore' })
    for (let count = 0; count < 5; count += 1) breed()
    const timer = setInterval(breed, 2)
    setTimeout(() => clearInterval(timer), 1500)
  } else spawn(process.execPath, ['-e', process.env.SCRIPT, 'tool'], { detached: true, stdio: 'ignore' })
  setInterval(() => {}, 1000)`

const trees: ChildTree[] = []
afterEach(async () => {
  for (const tree of trees.splice(0)) await tree.kill()
})

function startBreeder(): { tree: ChildTree; child: ChildProcess; marker: string } {
  const marker = randomUUID()
  const env = { ...process.env, [markerName]: marker, SCRIPT: breeder }
  const child = spawn(process.execPath, ['-e', breeder], { env, stdio: 'ignore' })
  const tree = new ChildTree(marker, () => (child.exitCode === null && child.signalCode === null ? (child.pid ?? null) : null))
  trees.push(tree)
  return { tree, child, marker }
}

async function states(tree: ChildTree): Promise<string[]> {
  const pids = (await tree.list()).map(({ pid }) => pid)
  const lines = await runPs(['-o', 'stat=', '-p', pids.join(',')])
  return lines.trim().split('\n')
}

test.runIf(posix)('freezing stops the child, its tools and what these start meanwhile; thawing lets all go on', async () => {
  const { tree } = startBreeder()
  await until('the first tools', async () => (await tree.list()).length > 8)
  expect(await tree.freeze()).toBe(true)
  // A signal is sent at once and takes effect when its process is next at a processor.
  await until('all to stand still', async () => {
    const frozen = await states(tree)
    return frozen.length > 8 && frozen.every((state) => state.startsWith('T'))
  })
  await tree.thaw()
  await until('all to go on', async () => (await states(tree)).every((state) => !state.startsWith('T')))
})

test.runIf(posix)('killing ends all, also what the child had started before it ended by itself', async () => {
  const { tree, child } = startBreeder()
  await until('the first tools', async () => (await tree.list()).length > 8)
  child.kill('SIGKILL')
  await until('the end of the child', () => child.signalCode)
  expect(await tree.kill()).toBe(true)
  expect(await tree.list()).toEqual([])
})

test('a child that has ended is not signalled by its number', async () => {
  const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
  const tree = new ChildTree(randomUUID(), () => null)
  tree.signal('SIGKILL')
  expect(await tree.kill()).toBe(true)
  expect(stranger.exitCode ?? stranger.signalCode).toBeNull()
  stranger.kill('SIGKILL')
})

test('the list of all processes and the look at one tell the same time of start', async () => {
  const own = (await listProcesses()).find(({ pid }) => pid === process.pid)
  expect(own).toMatchObject({ parent: process.ppid, identity: await processIdentity(process.pid) })
})

test.runIf(posix)('what ps says is understood', async () => {
  const list = parseProcessList(await runPs(['-axo', 'pid=,ppid=,lstart=']))
  const own = list.find(({ pid }) => pid === process.pid)
  const started = (await runPs(['-o', 'lstart=', '-p', String(process.pid)])).trim().replaceAll(/\s+/g, ' ')
  expect(own).toEqual({ pid: process.pid, parent: process.ppid, identity: started, marker: null })
  expect(parseProcessList('garbage\n\n 12 x\n 7 1 \r\n')).toEqual([{ pid: 7, parent: 1, identity: null, marker: null }])
})
