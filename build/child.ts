import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * Runs a program with our streams and answers its exit code; 1 when a signal ended it. Signals that we get are passed on, and
 * it is asked to end when `until` resolves. Throws when it cannot be started.
 */
export function run(command: string, args: string[], { cwd, until }: { cwd: string; until: Promise<void> }): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: 'inherit' })
    const pass = (signal: NodeJS.Signals): void => void child.kill(signal)
    const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const
    for (const name of signals) process.on(name, pass)
    const settle = (): void => {
      for (const name of signals) process.off(name, pass)
    }
    void until.then(() => child.kill('SIGTERM'))
    child.once('error', (error) => {
      settle()
      reject(error)
    })
    child.once('exit', (code) => {
      settle()
      resolve(code ?? 1)
    })
  })
}

/** Resolves when the process that started us has gone: npm does not pass on every signal that ends it. */
export function parentGone(): Promise<void> {
  const parent = process.ppid
  const npm = parentOfShell(parent)
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (process.ppid === parent && parentOfShell(parent) === npm) return
      clearInterval(timer)
      resolve()
    }, 500)
    timer.unref()
  })
}

/** npm starts us through a shell, which in some systems stays between the two and outlives npm. Null where there is none. */
function parentOfShell(pid: number): number | null {
  if (process.platform !== 'linux') return null
  try {
    const [, name, parent] = /^\d+ \((.*)\) \S (\d+) /s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []
    return name === 'sh' ? Number(parent) : null
  } catch {
    return null
  }
}
