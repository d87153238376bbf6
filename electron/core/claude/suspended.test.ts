import { spawn } from 'node:child_process'
import { expect, test } from 'vitest'
import { until } from '../../../e2e/support/until.ts'
import { isStopped, isSuspended } from './suspended.ts'

test('the state of a process is read behind its name, whatever that holds', () => {
  expect(isStopped('42 (a) T (c) S 1 42')).toBe(false)
  expect(isStopped('42 (a) S (c) T 1 42')).toBe(true)
  expect(isStopped('42 (c) t 1 42')).toBe(false)
  expect(isStopped('')).toBe(false)
})

test.skipIf(process.platform === 'win32')('a child is suspended from SIGSTOP to SIGCONT, and not when it is gone', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
  const pid = child.pid ?? 0
  try {
    expect(await isSuspended(pid)).toBe(false)
    child.kill('SIGSTOP')
    await until('it to be stopped', () => isSuspended(pid))
    child.kill('SIGCONT')
    await until('it to go on', async () => !(await isSuspended(pid)))
  } finally {
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await ended
  }
  expect(await isSuspended(pid)).toBe(false)
})
