import { spawn } from 'node:child_process'

export type GitRun = {
  /** False: no more are wanted. The bytes are good for the time of the call alone. */
  take: (path: Buffer) => boolean
  limitMs: number
  /** How it can be ended from outside; called once it runs. */
  onStart: (stop: () => void) => void
}

const longestPath = 64 * 1024

/**
 * The files of a git repository below `root`, tracked ones and those that are not ignored. Answers `all`, `some` when it was ended before, and
 * `none` where there is no repository or no git.
 */
export function gitFiles(root: string, { take, limitMs, onStart }: GitRun): Promise<'all' | 'some' | 'none'> {
  // Nothing that a repository's own configuration names is run.
  const args = ['-c', 'core.fsmonitor=false', '-c', 'core.quotePath=false', 'ls-files', '-z', '--cached', '--others', '--exclude-standard']
  const child = spawn('git', args, { cwd: root, stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, GIT_OPTIONAL_LOCKS: '0' } })
  const { promise, resolve } = Promise.withResolvers<'all' | 'some' | 'none'>()
  let stopped = false
  let any = false
  const stop = () => {
    stopped = true
    child.kill('SIGKILL')
  }
  const timer = setTimeout(stop, limitMs)
  onStart(stop)
  let rest: Buffer = Buffer.alloc(0)
  child.stdout.on('data', (chunk: Buffer) => {
    if (stopped) return
    let bytes: Buffer = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
    for (let end = bytes.indexOf(0); end >= 0; end = bytes.indexOf(0)) {
      any = true
      if (end > 0 && !take(bytes.subarray(0, end))) return stop()
      bytes = bytes.subarray(end + 1)
    }
    rest = Buffer.from(bytes.subarray(0, longestPath))
  })
  const end = (code: number | null) => {
    clearTimeout(timer)
    resolve(stopped ? 'some' : code === 0 ? 'all' : any ? 'some' : 'none')
  }
  child.once('error', () => end(1))
  child.once('close', end)
  return promise
}
