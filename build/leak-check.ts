import { createHook } from 'node:async_hooks'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect } from 'vitest'

/*
 * Fails a file of tests that leaves something of ours behind: timers that still run, processes, servers and watchers that are still
 * there, listeners on the process. Loaded before every file of tests; says who opened what is left.
 */

const root = path.resolve(import.meta.dirname, '..')
const ours = ['electron', 'renderer', 'shared'].map((folder) => path.join(root, folder) + path.sep)
/** What is being closed when the last test ends may take so long. */
const graceMs = 2_000
const pollMs = 20
/** Handles that keep something running outside of this process, or its doors open. */
const watched: ReadonlySet<string> = new Set(['ProcessWrap', 'TCPServerWrap', 'PipeServerWrap', 'FSEventWrap', 'Worker'])

/** What the app listens to of its own process. */
const listenedTo = ['uncaughtException', 'unhandledRejection', 'SIGTERM', 'SIGINT', 'SIGHUP'] as const

type Timer = { frame: string; test: string; resource: object }

const example = setTimeout(() => {}, 0)
clearTimeout(example)
/** What Node makes of a timer; it has no name of its own to import it by. */
const isTimer = (resource: object): resource is NodeJS.Timeout => resource.constructor === example.constructor

const timers = new Map<number, Timer>()
let test = 'what is around the tests'
let handles: ReadonlyMap<string, number> = new Map()
let listeners: ReadonlyMap<string, number> = new Map()

const hook = createHook({
  init(id, type, _trigger, resource) {
    const frame = type === 'Timeout' ? ownFrame(new Error('here').stack ?? '') : null
    if (frame !== null) timers.set(id, { frame, test, resource })
  },
  destroy(id) {
    timers.delete(id)
  },
})

beforeAll(() => {
  handles = handlesNow()
  listeners = listenersNow()
  hook.enable()
})

beforeEach(() => {
  test = expect.getState().currentTestName ?? test
})

// Those of the tests themselves, which close what they opened, come before it.
afterAll(async () => {
  let left = leftNow()
  for (let waited = 0; left.length > 0 && waited < graceMs; waited += pollMs) {
    await wait(pollMs)
    left = leftNow()
  }
  hook.disable()
  if (left.length > 0) throw new Error(`Left open by the tests of this file:\n${left.join('\n')}`)
})

function leftNow(): string[] {
  return [
    ...[...timers.values()].filter(isHeld).map(({ frame, test: by }) => `a timer ${frame}, since “${by}”`),
    ...more(handles, handlesNow(), 'handle'),
    ...more(listeners, listenersNow(), 'listener of the process'),
  ]
}

/** A timer that was let go of keeps nothing alive, and ends with whoever made it. */
function isHeld({ resource }: Timer): boolean {
  return isTimer(resource) && resource.hasRef()
}

/** The first place in our own code, outside of tests, that a stack names; null when it names none. */
function ownFrame(stack: string): string | null {
  const frame = stack.split('\n').find((line) => ours.some((folder) => line.includes(folder)))
  return frame === undefined || frame.includes('.test.ts') ? null : frame.trim()
}

function handlesNow(): Map<string, number> {
  return counted(process.getActiveResourcesInfo().filter((name) => watched.has(name)))
}

function listenersNow(): Map<string, number> {
  return new Map(listenedTo.map((name) => [name, process.listenerCount(name)]))
}

function counted(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}

function more(before: ReadonlyMap<string, number>, now: ReadonlyMap<string, number>, kind: string): string[] {
  return [...now].flatMap(([name, count]) => {
    const added = count - (before.get(name) ?? 0)
    return added > 0 ? [`${added} × ${kind} ${name}`] : []
  })
}
