import { spawn, type ChildProcess } from 'node:child_process'
import { readFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isAlive, processesOf } from '../e2e/support/processes.ts'
import { until } from '../e2e/support/until.ts'

let folder: string
let parent: ChildProcess | null = null

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'bullpen-child-'))
})
afterEach(async () => {
  parent?.kill('SIGKILL')
  for (const { pid } of processesOf(folder)) process.kill(pid, 'SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

/** A parent that starts a runner, as npm does, which runs a program that goes on until it is told to end. */
async function startChain({ shell }: { shell: boolean }): Promise<{ runner: number; program: number }> {
  const program = path.join(folder, 'program.cjs')
  const runner = path.join(folder, 'runner.mjs')
  const pids = path.join(folder, 'pids')
  const child = path.join(import.meta.dirname, 'child.ts')
  await writeFile(
    program,
    `require('node:fs').writeFileSync(${JSON.stringify(pids)}, process.ppid + ' ' + process.pid + ' .'); setInterval(() => {}, 1000)`,
  )
  await writeFile(
    runner,
    `import { parentGone, run } from ${JSON.stringify(child)}
     process.exitCode = await run(process.execPath, [${JSON.stringify(program)}], { cwd: ${JSON.stringify(folder)}, until: parentGone() })`,
  )
  const command = shell ? ['sh', '-c', `'${process.execPath}' '${runner}'; exit $?`] : [process.execPath, runner]
  const start = `const [file, ...args] = ${JSON.stringify(command)}
    require('node:child_process').spawn(file, args, { stdio: 'inherit' }); setInterval(() => {}, 1000)`
  parent = spawn(process.execPath, ['-e', start], { stdio: ['ignore', 'inherit', 'inherit'] })
  const text = await until('the program to run', async () => {
    const found = await readFile(pids, 'utf8').catch(() => '')
    return found.endsWith('.') && found
  })
  const [runnerPid, programPid] = text.split(' ').map(Number)
  return { runner: runnerPid ?? 0, program: programPid ?? 0 }
}

describe.skipIf(process.platform !== 'linux')('a program that npm start runs', () => {
  for (const shell of [false, true]) {
    test(`ends when npm has gone without a word, ${shell ? 'with a' : 'without a'} shell between`, async () => {
      const { runner, program } = await startChain({ shell })
      parent?.kill('SIGKILL')
      expect(await until('both to end', () => !isAlive(runner) && !isAlive(program))).toBe(true)
    })
  }

  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    test(`is passed ${signal}`, async () => {
      const { runner, program } = await startChain({ shell: false })
      process.kill(runner, signal)
      expect(await until('both to end', () => !isAlive(runner) && !isAlive(program))).toBe(true)
    })
  }
})
