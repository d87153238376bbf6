import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { getPriority } from 'node:os'
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { until } from '../../../e2e/support/until.ts'
import { ChildPriority, levelOf, mayComeForward } from './child-priority.ts'

test('as many as there are processors go first, turns before starts, and those that wait step back', () => {
  const nice = new Map<number, number>()
  const priority = new ChildPriority({ most: 2, set: (pid, niceness) => nice.set(pid, niceness) })
  priority.begins(1, 'starting')
  priority.begins(2, 'working')
  priority.begins(3, 'starting')
  expect(Object.fromEntries(nice)).toEqual({ 1: 0, 2: 0, 3: 10 })
  priority.begins(4, 'working')
  expect(Object.fromEntries(nice)).toEqual({ 1: 10, 2: 0, 3: 10, 4: 0 })
  priority.begins(3, 'working')
  expect(nice.get(3)).toBe(10)
  priority.ends(2)
  priority.begins(3, 'working')
  expect(Object.fromEntries(nice)).toEqual({ 1: 10, 2: 10, 3: 0, 4: 0 })
})

test('whatever happens, never more than that go first', () => {
  const step = fc.tuple(fc.constantFrom('starting', 'working', 'ends', 'forget'), fc.integer({ min: 1, max: 6 }))
  fc.assert(
    fc.property(fc.array(step), fc.integer({ min: 1, max: 3 }), (steps, most) => {
      const nice = new Map<number, number>()
      const priority = new ChildPriority({ most, set: (pid, niceness) => nice.set(pid, niceness) })
      for (const [what, pid] of steps) {
        if (what === 'ends') priority.ends(pid)
        else if (what === 'forget') {
          priority.forget(pid)
          nice.delete(pid)
        } else priority.begins(pid, what === 'starting' ? 'starting' : 'working')
        expect([...nice.values()].filter((niceness) => niceness === 0).length).toBeLessThanOrEqual(most)
      }
    }),
  )
})

test('a place that becomes free goes to the next one that has something to do: a start is never left behind for good', () => {
  const nice = new Map<number, number>()
  const priority = new ChildPriority({ most: 2, set: (pid, niceness) => nice.set(pid, niceness) })
  for (const pid of [1, 2, 3, 4]) priority.begins(pid, 'starting')
  expect(Object.fromEntries(nice)).toEqual({ 1: 0, 2: 0, 3: 10, 4: 10 })
  priority.ends(1)
  expect(Object.fromEntries(nice)).toEqual({ 1: 10, 2: 0, 3: 0, 4: 10 })
  priority.begins(1, 'working')
  priority.begins(5, 'working')
  expect(Object.fromEntries(nice)).toEqual({ 1: 0, 2: 10, 3: 10, 4: 10, 5: 0 })
  priority.begins(6, 'working')
  priority.forget(1)
  expect(nice.get(6)).toBe(0)
  priority.ends(6)
  priority.ends(5)
  expect([4, 2, 3].map((pid) => nice.get(pid))).toEqual([0, 0, 10])
  priority.ends(3)
  priority.ends(2)
  expect(nice.get(3)).toBe(10)
})

test('a start comes forward after a while although only turns are at work, and steps back when it has started', async () => {
  vi.useFakeTimers()
  try {
    const nice = new Map<number, number>()
    const priority = new ChildPriority({ most: 1, set: (pid, niceness) => nice.set(pid, niceness) })
    priority.begins(1, 'working')
    priority.begins(2, 'starting')
    priority.begins(3, 'starting')
    priority.begins(4, 'working')
    priority.ends(3)
    await vi.advanceTimersByTimeAsync(5_000)
    expect(Object.fromEntries(nice)).toEqual({ 1: 0, 2: 0, 3: 10, 4: 10 })
    priority.ends(2)
    expect(nice.get(2)).toBe(10)
  } finally {
    vi.useRealTimers()
  }
})

test('the system is told: a child that waits is behind one that works', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' })
  const { pid } = child
  if (pid === undefined) throw new Error('It did not start.')
  try {
    const priority = new ChildPriority()
    priority.begins(pid, 'working')
    priority.ends(pid)
    await until('it to step back', () => isBehind(pid))
    expect(isBehind(pid)).toBe(true)
    if (!comesForward) return
    priority.begins(pid, 'working')
    await until('it to come forward again', () => !isBehind(pid))
  } finally {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
})

test('a child comes forward again where the system lets it', () => {
  expect(mayComeForward('win32', '')).toBe(true)
  expect(mayComeForward('darwin', '')).toBe(false)
  expect(mayComeForward('linux', 'Name:\tnode\nCapEff:\t0000000000000000\nCapBnd:\t000001ffffffffff\n')).toBe(false)
  expect(mayComeForward('linux', 'Name:\tnode\nCapEff:\t0000000000800000\n')).toBe(true)
  expect(mayComeForward('linux', 'Name:\tnode\nCapEff:\t000001ffff7fffff\n')).toBe(false)
})

const groupsFile = '/proc/sys/kernel/sched_autogroup_enabled'
const groups = existsSync(groupsFile) && readFileSync(groupsFile, 'utf8').trim() === '1'
const status = '/proc/self/status'
const comesForward = groups || mayComeForward(process.platform, existsSync(status) ? readFileSync(status, 'utf8') : '')

test('a child is never ahead of the app, which may itself have been started to step back', () => {
  expect([0, 10].map((niceness) => levelOf(niceness, { own: 0, comesForward: true }))).toEqual([0, 10])
  expect([0, 10].map((niceness) => levelOf(niceness, { own: 12, comesForward: true }))).toEqual([12, 19])
  expect([0, 10].map((niceness) => levelOf(niceness, { own: 0, comesForward: false }))).toEqual([null, 5])
})

/** Its scheduling group says so where there are such groups, else its own niceness. */
function isBehind(pid: number): boolean {
  return groups ? readFileSync(`/proc/${pid}/autogroup`, 'utf8').includes('nice 10') : getPriority(pid) > getPriority()
}
