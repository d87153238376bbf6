import { spawn } from 'node:child_process'
import { Socket } from 'node:net'
import { AppError } from '../../../shared/app-error.ts'

/** A program that ends with a fault within this time could not open anything. */
const watchedMs = 1_500
const errorBytes = 2_000

/**
 * Starts a program that is the user's from then on: in a group of its own, without our marker, and not ended with us. Resolves when it
 * runs, or has ended well; throws UNAVAILABLE with what it said when it ended badly at once, or could not be started.
 */
export function startOpener(
  name: string,
  command: readonly string[],
  { folder, env, codeCounts }: { folder: string; env: Record<string, string>; codeCounts: boolean },
): Promise<void> {
  const [program = '', ...args] = command
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: folder, env, detached: true, stdio: ['ignore', 'ignore', 'pipe'], windowsHide: false })
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-errorBytes)
    })
    const leave = (): void => {
      clearTimeout(timer)
      // It may write for hours; nobody reads it then, and its pipe must not fill.
      child.stderr.resume()
      child.unref()
      if (child.stderr instanceof Socket) child.stderr.unref()
    }
    const timer = setTimeout(() => {
      leave()
      resolve()
    }, watchedMs)
    child.once('error', (cause) => {
      leave()
      reject(failed(name, cause.message, cause))
    })
    child.once('exit', (code, signal) => {
      leave()
      if (!codeCounts || code === 0) resolve()
      else reject(failed(name, said.trim().split('\n').at(-1) ?? '', undefined, signal ?? code))
    })
  })
}

function failed(name: string, said: string, cause?: unknown, how?: string | number | null): AppError {
  const words = said === '' ? `It ended at once (${how ?? 'no reason given'}).` : `It said: “${said.slice(0, 300)}”.`
  return new AppError('UNAVAILABLE', `${name} could not open it. ${words} Choose another program in Settings.`, { cause })
}
