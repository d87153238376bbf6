import { execa } from 'execa'
import type { ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { basename, isAbsolute } from 'node:path'
import { StringDecoder } from 'node:string_decoder'

/** Shells that take `-c`. */
const shells = new Set(['sh', 'bash', 'zsh', 'ksh', 'mksh', 'dash', 'fish'])

export type ShellChild = {
  child: ChildProcess
  /** Settles when it has ended and its output is read. Never rejects. */
  ended: Promise<{ exitCode: number | null; error: string | null }>
}

type ShellStart = {
  command: string
  cwd: string
  env: Record<string, string>
  onOutput: (stream: 'stdout' | 'stderr', text: string) => void
}

/**
 * Starts the user's own command line in the user's own shell: the shell is one argument vector, and nothing but what the user wrote
 * is put into it. Nobody can answer it: it has no input and no terminal.
 */
export function startShell({ command, cwd, env, onOutput }: ShellStart): ShellChild {
  const [file, args] = shellFor(env, command)
  const subprocess = execa(file, args, {
    cwd,
    env,
    extendEnv: false,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
    buffer: false,
    encoding: 'buffer',
    reject: false,
    detached: process.platform !== 'win32',
    windowsHide: true,
    ...(process.platform === 'win32' ? { windowsVerbatimArguments: true } : {}),
    cleanup: true,
  })
  const child = subprocess.nodeChildProcess
  for (const stream of ['stdout', 'stderr'] as const) {
    const decoder = new StringDecoder('utf8')
    child[stream]?.on('data', (bytes: Buffer) => onOutput(stream, decoder.write(bytes)))
  }
  return { child, ended: endOf(child) }
}

/** The shell that a user's terminal would run; a POSIX one where it is not known. */
export function shellFor(env: Record<string, string>, command: string, platform = process.platform): [string, string[]] {
  if (platform === 'win32') return [env['COMSPEC'] ?? 'cmd.exe', ['/d', '/s', '/c', `"${command}"`]]
  const own = env['SHELL']
  const isUsable = own !== undefined && isAbsolute(own) && shells.has(basename(own)) && existsSync(own)
  return [isUsable ? own : '/bin/sh', ['-c', command]]
}

/** What it started may keep its output open for ever, so only a moment is waited for the rest. */
function endOf(child: ChildProcess): ShellChild['ended'] {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ exitCode: null, error: error.message }))
    child.once('exit', (exitCode) => {
      const finish = (): void => resolve({ exitCode, error: null })
      const timer = setTimeout(finish, 300)
      child.once('close', () => {
        clearTimeout(timer)
        finish()
      })
    })
  })
}
