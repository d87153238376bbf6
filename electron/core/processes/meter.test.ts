import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Measured } from '../claude/usage-track.ts'
import { Meter, type Metered } from './meter.ts'

/** Time is made here, so that a minute passes at once. */
let meter: Meter
let measured: string[]
let rounds: number
let tight: boolean
let answer: Measured
let all: Metered[]
let spentMs: () => number

beforeEach(() => {
  vi.useFakeTimers()
  measured = []
  rounds = 0
  tight = false
  answer = 'measured'
  all = []
  spentMs = () => 0
  meter = new Meter({ all: () => all, tight: () => tight, onRound: () => (rounds += 1), spentMs: () => spentMs() })
})
afterEach(() => {
  meter.close()
  vi.useRealTimers()
})

const one = (id: string, change: Partial<Metered> = {}): Metered => ({
  id,
  pid: 7,
  working: false,
  measure: async () => {
    measured.push(id)
    return answer
  },
  ...change,
})
const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1_000)
const timesOf = (id: string) => measured.filter((name) => name === id).length

test('a working process is measured every 5 s, an idle one every minute, one without a process never', async () => {
  all = [one('working', { working: true }), one('idle'), one('stopped', { pid: null })]
  await seconds(1)
  expect(measured).toEqual(['working', 'idle'])
  await seconds(120)
  expect(timesOf('working')).toBeGreaterThanOrEqual(24)
  expect(timesOf('idle')).toBe(4)
  expect(timesOf('stopped')).toBe(0)
})

test('a new process is measured twice at once, because the use of a processor is a difference', async () => {
  all = [one('idle')]
  await seconds(3)
  expect(timesOf('idle')).toBe(2)
  all = [one('idle', { pid: 8 })]
  await seconds(3)
  expect(timesOf('idle')).toBe(4)
})

test('one that has ended its work is measured soon, so that no old figure stands beside its name', async () => {
  all = [one('a', { working: true })]
  await seconds(2)
  all = [one('a')]
  await seconds(2)
  expect(timesOf('a')).toBe(3)
})

test('near the memory limit all are measured every second', async () => {
  all = [one('idle')]
  tight = true
  await seconds(10)
  expect(timesOf('idle')).toBe(10)
})

const slow = async (): Promise<Measured> => {
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  measured.push('slow')
  return 'measured'
}

test('a round that costs much is not repeated soon', async () => {
  spentMs = () => performance.now()
  all = [one('slow', { measure: slow })]
  tight = true
  await seconds(60)
  expect(timesOf('slow')).toBeLessThanOrEqual(3)
})

test('on a machine where everything takes long, what a new process uses is known soon all the same', async () => {
  all = [one('slow', { measure: slow })]
  await seconds(6)
  expect(timesOf('slow')).toBe(2)
})

test('where nothing can be read it says so, and takes it back when it can', async () => {
  all = [one('a')]
  answer = 'unreadable'
  expect(meter.state).toBe('unknown')
  await seconds(1)
  expect(meter.state).toBe('unreadable')
  answer = 'measured'
  tight = true
  await seconds(2)
  expect(meter.state).toBe('measured')
  answer = 'gone'
  await seconds(5)
  expect(meter.state).toBe('measured')
  expect(rounds).toBeGreaterThan(3)
})
