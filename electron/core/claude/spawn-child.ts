import type { SpawnedProcess, SpawnOptions } from '@anthropic-ai/claude-agent-sdk'
import { execa } from 'execa'
import type { ChildProcess } from 'node:child_process'
import { LineGuard } from './line-guard.ts'

export type SpawnedChild = {
  /** What the SDK talks to: the child with the guard before its output. */
  forSdk: SpawnedProcess
  pid: number | undefined
  /** Its id while it runs: that of an ended one may be somebody else's by now. */
  livePid: () => number | null
  /** Settles when it has ended and its output is read. */
  ended: Promise<{ exitCode: number | null; signal: string | null }>
  /** The end of what it wrote to stderr, at most 8 kB. */
  stderrTail: () => string
}

const stderrLimit = 8_192

/** Starts a `claude` as the SDK asks for it: no shell, a group of its own, an environment of ours alone. */
export function spawnChild(options: SpawnOptions, onSkipped: (total: number, sample: string) => void): SpawnedChild {
  const subprocess = execa(options.command, options.args, {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: options.env,
    extendEnv: false,
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
    buffer: false,
    encoding: 'buffer',
    reject: false,
    detached: process.platform !== 'win32',
    windowsHide: true,
    cleanup: true,
  })
  const child = subprocess.nodeChildProcess
  // The SDK listens in about a dozen places to one that is parked; Node would call that a leak.
  child.setMaxListeners(30)
  const guard = new LineGuard(onSkipped)
  child.stdout?.pipe(guard)
  // A child that died takes its pipe with it; its end is told by its exit.
  child.stdin?.on('error', () => {})
  const stderrTail = tailOf(child)
  return { forSdk: forSdk(child, guard), pid: child.pid, livePid: () => livePid(child), ended: endOf(child, guard), stderrTail }
}

function livePid({ pid, exitCode, signalCode }: ChildProcess): number | null {
  return pid !== undefined && exitCode === null && signalCode === null ? pid : null
}

function forSdk(child: ChildProcess, stdout: LineGuard): SpawnedProcess {
  const { stdin } = child
  if (!stdin) throw new TypeError('The child has no input although a pipe was asked for.')
  return {
    stdin,
    stdout,
    get killed() {
      return child.killed
    },
    get exitCode() {
      return child.exitCode
    },
    get signalCode() {
      return child.signalCode
    },
    kill: (signal) => child.kill(signal),
    // Binding keeps only the last overload of a method; a child's own listeners are what the SDK documents.
    on: child.on.bind(child) as SpawnedProcess['on'],
    once: child.once.bind(child) as SpawnedProcess['once'],
    off: child.off.bind(child) as SpawnedProcess['off'],
  }
}

function tailOf(child: ChildProcess): () => string {
  let tail = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-stderrLimit)
  })
  return () => tail
}

/** A grandchild can keep the pipes open for ever, so only a moment is waited for the rest of the output. */
function endOf(child: ChildProcess, guard: LineGuard): Promise<{ exitCode: number | null; signal: string | null }> {
  return new Promise((resolve) => {
    const finish = (): void => resolve({ exitCode: child.exitCode, signal: child.signalCode })
    child.once('error', finish)
    child.once('exit', () => {
      if (guard.readableEnded) return finish()
      const timer = setTimeout(finish, 300)
      guard.once('end', () => {
        clearTimeout(timer)
        finish()
      })
    })
  })
}
