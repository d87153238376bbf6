import { userInfo } from 'node:os'
import { basename, delimiter } from 'node:path'
import { execa } from 'execa'

/** Folders that a program has on its PATH when a dock or a service manager starts it, and nobody's profile was read. */
const bare = new Set(
  [
    ['/usr/bin', '/bin', '/usr/sbin', '/sbin', '/usr/local/bin', '/usr/local/sbin', '/usr/games', '/usr/local/games', '/snap/bin'],
    ['/opt/local/bin', '/System/Cryptexes/App/usr/bin'],
  ].flat(),
)
/** Shells that know `-l`, `-i` and `-c` as they are used here. */
const shells = new Set(['sh', 'bash', 'zsh', 'ksh', 'mksh', 'dash', 'fish'])
/** What belongs to the shell that was asked, and what decides where things lie: that stays as the app has it. */
const notTaken = /^(?:_|PWD|OLDPWD|SHLVL|HOME|CLAUDE_CONFIG_DIR|XDG_.*|BULLPEN_.*|ELECTRON_.*|npm_.*|TERM.*|PS\d)$/
const answerMs = 3_000
const mark = '__bullpen_environment__'

/** True for a program that was started without a terminal and without the user's profile. */
export function lacksProfile(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): boolean {
  if (platform === 'win32' || env['TERM'] !== undefined || env['SHLVL'] !== undefined) return false
  return (env['PATH'] ?? '').split(delimiter).every((folder) => folder === '' || bare.has(folder))
}

/**
 * The environment with what the user's login shell adds: its PATH, and variables that are not there yet. Where no shell answers within
 * three seconds, the environment as it is. Never rejects.
 */
export async function withProfile(env: NodeJS.ProcessEnv, timeoutMs = answerMs): Promise<NodeJS.ProcessEnv> {
  const profile = await askShell(env, timeoutMs)
  if (profile === null) return env
  const added = Object.entries(profile).filter(([name]) => name !== 'PATH' && env[name] === undefined && !notTaken.test(name))
  const path = profile['PATH']
  return { ...env, ...Object.fromEntries(added), ...(path ? { PATH: joinPaths(path, env['PATH'] ?? '') } : {}) }
}

/** The one place that runs a shell: only it can say what its profile sets. The command is fixed, nothing of anybody's is put into it. */
async function askShell(env: NodeJS.ProcessEnv, timeoutMs: number): Promise<Record<string, string> | null> {
  const shell = env['SHELL'] ?? shellOfUser()
  if (shell === null || !shells.has(basename(shell))) return null
  try {
    const { stdout } = await execa(shell, ['-lic', `echo ${mark}; env -0; echo ${mark}`], {
      env: { ...env, TERM: 'dumb' },
      extendEnv: false,
      stdin: 'ignore',
      stderr: 'ignore',
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      killDescendants: true,
      maxBuffer: 4_000_000,
      reject: false,
      cleanup: true,
    })
    return parse(stdout)
  } catch {
    return null
  }
}

function parse(stdout: string): Record<string, string> | null {
  const between = stdout.split(mark)[1]
  if (between === undefined || !between.includes('\0')) return null
  const pairs = between.replace(/^\r?\n/, '').split('\0')
  return Object.fromEntries(
    pairs.flatMap((pair) => (pair.indexOf('=') > 0 ? [[pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]] : [])),
  )
}

function joinPaths(first: string, second: string): string {
  return [...new Set([...first.split(delimiter), ...second.split(delimiter)])].filter((folder) => folder !== '').join(delimiter)
}

function shellOfUser(): string | null {
  try {
    return userInfo().shell
  } catch {
    return null
  }
}
