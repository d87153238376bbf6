import { execa } from 'execa'

export type Ran = { stdout: string; exitCode: number | null; said: string; missing: boolean; timedOut: boolean }

/** A key store may ask its user to unlock it. */
const answerMs = 60_000

/** Runs a program of the system's with its input through a pipe. Never rejects. */
export async function runProgram(file: string, args: readonly string[], env: NodeJS.ProcessEnv, input = ''): Promise<Ran> {
  try {
    const result = await execa(file, args, {
      env,
      extendEnv: false,
      input,
      timeout: answerMs,
      killSignal: 'SIGKILL',
      maxBuffer: 1_000_000,
      reject: false,
      cleanup: true,
      stripFinalNewline: true,
      windowsHide: true,
    })
    const { stdout, stderr, exitCode, timedOut } = result
    return { stdout, said: stderr.trim().slice(0, 300), exitCode: exitCode ?? null, missing: result.code === 'ENOENT', timedOut }
  } catch {
    return { stdout: '', said: '', exitCode: null, missing: false, timedOut: false }
  }
}
