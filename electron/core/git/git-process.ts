import { spawn, type ChildProcessByStdio } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { AppError } from '../../../shared/app-error.ts'
import { stepBack } from './step-back.ts'

export type GitChild = ChildProcessByStdio<Writable, Readable, Readable>

export type ProcessStart = { file: string; args: readonly string[]; cwd?: string | undefined; env: NodeJS.ProcessEnv; background: boolean }

/** What came of a run: how it ended, all it said, and the end of its complaints. */
export type GitResult = {
  code: number
  stdout: Buffer
  /** At most 16 kB, the end. */
  stderr: string
  /** There was more output than was asked for; git was ended then. */
  cut: boolean
}

export type ProcessLimits = {
  stdin?: Uint8Array | undefined
  maxBytes: number
  timeoutMs: number
  signal?: AbortSignal | undefined
}

const stderrLimit = 16_384
const silenceMs = 1_000

/** Starts git: no shell, a group of its own. */
export function startGit({ file, args, cwd, env, background }: ProcessStart): GitChild {
  const child = spawn(file, args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'], detached: process.platform !== 'win32', windowsHide: true })
  // A git that ended before it has read all of its input: its end tells.
  child.stdin.on('error', () => {})
  if (background && child.pid !== undefined) stepBack(child.pid)
  return child
}

/** Ends it and what it has started. */
export function killGit({ pid, exitCode, signalCode }: GitChild): void {
  if (pid === undefined) return
  if (process.platform === 'win32') {
    if (exitCode === null && signalCode === null) {
      spawn('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true }).on('error', () => {})
    }
    return
  }
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // The group is gone.
  }
}

/** Runs it to its end within its limits. Throws GIT_FAILED when the time is up, UNAVAILABLE when it was stopped or cannot be started. */
export async function runGit(start: ProcessStart, { stdin, maxBytes, timeoutMs, signal }: ProcessLimits): Promise<GitResult> {
  if (signal?.aborted) throw stopped()
  const child = startGit(start)
  const chunks: Buffer[] = []
  let length = 0
  let cut = false
  let late = false
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => {
    if (cut) return
    chunks.push(chunk)
    length += chunk.length
    if (length <= maxBytes) return
    cut = true
    killGit(child)
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-stderrLimit)
  })
  const stop = (): void => killGit(child)
  const timer = setTimeout(() => {
    late = true
    stop()
  }, timeoutMs)
  signal?.addEventListener('abort', stop, { once: true })
  child.stdin.end(stdin)
  try {
    const code = await endOf(child)
    if (signal?.aborted) throw stopped()
    if (late)
      throw new AppError('GIT_FAILED', `git took longer than ${Math.round(timeoutMs / 1_000)} seconds and was stopped. Try again later.`)
    return { code, stdout: Buffer.concat(chunks).subarray(0, maxBytes), stderr, cut }
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', stop)
  }
}

/** What it started may keep its output open: once git has ended, only a moment of silence is waited for. */
function endOf(child: GitChild): Promise<number> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined
    let heard = false
    const hear = () => {
      heard = true
    }
    const waitForSilence = (code: number | null): void => {
      heard = false
      timer = setTimeout(() => {
        // The app may have stood still for that long: what git has said by then is read before this goes on.
        setImmediate(() => {
          if (heard) return waitForSilence(code)
          child.stdout.destroy()
          child.stderr.destroy()
          resolve(code ?? 1)
        })
      }, silenceMs)
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.once('error', (error) =>
      reject(new AppError('UNAVAILABLE', `git could not be started: ${error.message}. Check that it can be run.`, { cause: error })),
    )
    child.once('exit', waitForSilence)
    child.once('close', (code) => {
      clearTimeout(timer)
      resolve(code ?? 1)
    })
  })
}

function stopped(): AppError {
  return new AppError('UNAVAILABLE', 'git was stopped before it was done. Try again.')
}
