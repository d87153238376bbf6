import { execFile } from 'node:child_process'
import { access, constants, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { delimiter, isAbsolute, join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { AppError } from '../../../shared/app-error.ts'
import type { Health } from '../../../shared/domain/health.ts'

export type LocatedClaude = { path: string; version: string; source: NonNullable<Health['claude']['source']> }

type Candidate = { path: string; source: LocatedClaude['source'] }

/** The first version whose stream of messages is as this folder reads it. */
const oldestVersion = '2.0.0'
/** Starting it took more than 5 s on a machine that was very busy. */
const versionTimeoutMs = 15_000
/** On a loaded machine it can end before what it said has left it (seen with Claude Code 2.1.329). */
const mostAsked = 3
const run = promisify(execFile)

/**
 * The `claude` to run: the one the user chose, else the first that works on PATH, in the usual places, or the one that
 * the SDK brings. Throws CLAUDE_MISSING, CLAUDE_NOT_EXECUTABLE, CLAUDE_TOO_OLD or CLAUDE_EXITED; for a chosen one always its own.
 */
export async function locateClaude(configured: string | null, env: NodeJS.ProcessEnv): Promise<LocatedClaude> {
  if (configured !== null) return check({ path: configured, source: 'settings' }, env)
  const problems: unknown[] = []
  for (const candidate of candidates(env)) {
    if (!(await isFile(candidate.path))) continue
    try {
      return await check(candidate, env)
    } catch (thrown) {
      problems.push(thrown)
    }
  }
  if (problems.length > 0) throw problems[0]
  throw new AppError(
    'CLAUDE_MISSING',
    'Claude Code was not found. Install it (https://claude.com/claude-code) or set its path in Settings, then check again.',
  )
}

function* candidates(env: NodeJS.ProcessEnv): Generator<Candidate> {
  const name = process.platform === 'win32' ? 'claude.exe' : 'claude'
  const folders = (env['PATH'] ?? env['Path'] ?? '').split(delimiter).filter((folder) => isAbsolute(folder))
  for (const folder of folders) yield { path: join(folder, name), source: 'path' }
  const home = env['HOME'] ?? env['USERPROFILE']
  const usual = ['/usr/local/bin', '/opt/homebrew/bin', ...(home ? [join(home, '.local', 'bin'), join(home, '.claude', 'local')] : [])]
  for (const folder of usual) yield { path: join(folder, name), source: 'usual-place' }
  const bundled = bundledPath(name)
  if (bundled !== null) yield { path: bundled, source: 'bundled' }
}

/** The SDK's own, from its package for this platform; musl ones have a package of their own. */
function bundledPath(name: string): string | null {
  const require = createRequire(import.meta.url)
  for (const libc of ['', '-musl']) {
    try {
      return require.resolve(`@anthropic-ai/claude-agent-sdk-${process.platform}-${process.arch}${libc}/${name}`)
    } catch {
      continue
    }
  }
  return null
}

async function check({ path, source }: Candidate, env: NodeJS.ProcessEnv): Promise<LocatedClaude> {
  if (!(await isFile(path)))
    throw new AppError(
      'CLAUDE_MISSING',
      `There is no file ${path}. Choose another in Settings, or leave the field empty to let Bullpen find it.`,
    )
  try {
    await access(path, constants.X_OK)
  } catch (cause) {
    throw new AppError('CLAUDE_NOT_EXECUTABLE', `${path} isn’t executable. Make it executable (chmod +x), or choose another in Settings.`, {
      cause,
    })
  }
  const version = await versionOf(path, env)
  if (isOlder(version, oldestVersion)) {
    throw new AppError(
      'CLAUDE_TOO_OLD',
      `${path} is Claude Code ${version}; Bullpen needs ${oldestVersion} or newer. Update it (claude update), then check again.`,
    )
  }
  return { path, version, source }
}

async function versionOf(path: string, env: NodeJS.ProcessEnv): Promise<string> {
  let said = ''
  for (let asked = 0; asked < mostAsked && said.trim() === ''; asked += 1) said = await askVersion(path, env)
  // It says `2.1.329 (Claude Code)`; other programs put their name before the number.
  const [, version] = /^(\d+\.\d+\.\d+)/.exec(said.trim()) ?? []
  if (version !== undefined) return version
  const words = said.trim().split('\n')[0]?.slice(0, 80) ?? ''
  const instead = words === '' ? 'it said nothing' : `it said “${words}”`
  throw new AppError('CLAUDE_EXITED', `${path} is not Claude Code: asked for its version, ${instead}. Choose another one in Settings.`)
}

async function askVersion(path: string, env: NodeJS.ProcessEnv): Promise<string> {
  try {
    const { stdout, stderr } = await run(path, ['--version'], {
      timeout: versionTimeoutMs,
      killSignal: 'SIGKILL',
      env: { ...env },
      windowsHide: true,
    })
    return `${stdout}\n${stderr}`
  } catch (cause) {
    throw new AppError(
      'CLAUDE_EXITED',
      `${path} didn’t report its version${reasonOf(cause)}. Try it in a terminal, or choose another one in Settings.`,
      { cause },
    )
  }
}

/** What `execFile` rejects with. */
const failureSchema = z.object({
  code: z.union([z.number(), z.string()]).nullish().catch(null),
  signal: z.string().nullish().catch(null),
  killed: z.boolean().catch(false),
  stderr: z.string().catch(''),
})

function reasonOf(cause: unknown): string {
  const { code, signal, killed, stderr } = failureSchema.parse(cause)
  if (killed) return ` within ${versionTimeoutMs / 1000} s`
  const how = signal ? `signal ${signal}` : `exit code ${code ?? 'unknown'}`
  return ` (${[how, stderr.trim().slice(-200)].filter((part) => part !== '').join(': ')})`
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}

/** Compares dotted numbers part by part. */
export function isOlder(version: string, than: string): boolean {
  const [a = [], b = []] = [version, than].map((text) => text.split('.').map(Number))
  for (let index = 0; index < 3; index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0)
    if (difference !== 0) return difference < 0
  }
  return false
}
