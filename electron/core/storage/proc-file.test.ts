import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { afterEach, expect, it } from 'vitest'
import { readProcFile } from './proc-file.ts'

const running: ReturnType<typeof spawn>[] = []
afterEach(() => running.splice(0).forEach((child) => child.kill('SIGKILL')))

async function environOf(length: number): Promise<string> {
  const child = spawn('sleep', ['60'], { env: { LONG: 'x'.repeat(length) }, stdio: 'ignore' })
  running.push(child)
  await expect.poll(() => readProcFile(`/proc/${child.pid}/environ`)).toContain('LONG=')
  return readProcFile(`/proc/${child.pid}/environ`)
}

it.runIf(process.platform === 'linux').each([10, 2_000, 2_042, 2_043, 40_000])('reads all of %i bytes', async (length) => {
  expect(await environOf(length)).toContain(`LONG=${'x'.repeat(length)}\0`)
})

it.runIf(process.platform === 'linux')('reads what the system says of a process', async () => {
  expect((await readProcFile('/proc/self/stat')).slice(0, 8)).toBe((await readFile('/proc/self/stat', 'utf8')).slice(0, 8))
  expect(await readProcFile('/proc/self/smaps_rollup')).toMatch(/^Pss: +\d+ kB$/m)
})

it('answers nothing for what is not there', async () => {
  expect(await readProcFile('/proc/0/stat')).toBe('')
})
