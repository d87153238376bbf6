import { spawn } from 'node:child_process'
import { expect, test } from 'vitest'
import { runGit } from './git-process.ts'

const shell = (script: string) => ({ file: '/bin/sh', args: ['-c', script], env: process.env, background: false })
const limits = { maxBytes: 1_000, timeoutMs: 20_000 }

/** Nothing else happens in this process meanwhile, as while a computer sleeps. */
function standStill(ms: number): void {
  const until = performance.now() + ms
  while (performance.now() < until);
}

test.skipIf(process.platform === 'win32')('all that git says is read, also where the app stood still as it ended', async () => {
  const run = runGit(shell('sleep 1.2; echo whole'), limits)
  const other = spawn('/bin/sh', ['-c', 'echo first'], { stdio: ['ignore', 'pipe', 'ignore'] })
  // Its output and its end are found at once; git ends while that is looked at, and again nothing happens right after its end was told.
  other.stdout.once('data', () => standStill(2_500))
  other.once('exit', () => standStill(1_500))
  standStill(700)
  const { stdout, code } = await run
  expect({ said: stdout.toString(), code }).toEqual({ said: 'whole\n', code: 0 })
})

test.skipIf(process.platform === 'win32')('what holds the output open after the end of git is not waited for', async () => {
  const began = performance.now()
  const { stdout } = await runGit(shell('echo whole; sleep 15 &'), limits)
  expect(stdout.toString()).toBe('whole\n')
  expect(performance.now() - began).toBeLessThan(10_000)
})
