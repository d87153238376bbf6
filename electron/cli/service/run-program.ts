import { execa } from 'execa'
import { AppError } from '../../../shared/app-error.ts'

const limitMs = 60_000

/** How a program ended, and all that it wrote. */
export type Ran = { ok: boolean; output: string }

/** Runs a program of the system's with these arguments and answers how it ended. Throws UNAVAILABLE where it is not there. */
export async function runProgram(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ran> {
  const { failed, all, code, shortMessage } = await execa(program, args, {
    env,
    extendEnv: false,
    all: true,
    reject: false,
    timeout: limitMs,
    stdin: 'ignore',
  })
  if (code === 'ENOENT')
    throw new AppError(
      'UNAVAILABLE',
      `${program} was not found, so this system can’t keep Bullpen running. Start it yourself with: bullpen serve`,
    )
  return { ok: !failed, output: (failed && !all ? shortMessage : all) ?? '' }
}

/** The same where a failure is the user's to know. Throws UNAVAILABLE with what the program said. */
export async function mustRun(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  const { ok, output } = await runProgram(program, args, env)
  if (ok) return output
  throw new AppError('UNAVAILABLE', `“${[program, ...args].join(' ')}” failed: ${output.trim().slice(0, 500)}`)
}
