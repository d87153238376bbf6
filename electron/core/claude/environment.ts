import { delimiter, join } from 'node:path'
import { AppError } from '../../../shared/app-error.ts'
import { isListed, isOfUser, passesByItself } from './environment-names.ts'

/** Names a child's process tree: every process that inherits it belongs to that child. */
export const markerName = 'BULLPEN_PROCESS'

export type DemoAccess = { baseUrl: string; home: string }

export type ChildEnvironment = {
  env: NodeJS.ProcessEnv
  /** What the user set for this instance; it wins over what is inherited. */
  own: Record<string, string>
  /** With the demo model nothing of an account or a configuration is reached, and no proxy: it is on loopback. */
  demo: DemoAccess | null
  marker: string
  /** What else is let through: names, or beginnings with a star behind them. */
  pass?: readonly string[]
}

/**
 * The whole environment of a `claude`: an allow-list of ours, what is let through besides, then the instance's own. Throws BAD_REQUEST
 * for a variable of the instance's that no process can be given.
 */
export function childEnvironment({ env, own, demo, marker, pass = [] }: ChildEnvironment): Record<string, string> {
  const wanted = { ...allowed(env, pass), ...usable(own) }
  return { ...(demo ? { ...withoutAccount(wanted), ...demoVariables(demo), ...demoAccount(wanted) } : wanted), [markerName]: marker }
}

/** The user's own environment, as a terminal of theirs would have it, for a command of theirs. Throws BAD_REQUEST as `childEnvironment` does. */
export function userEnvironment(env: NodeJS.ProcessEnv, own: Record<string, string>, marker: string): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && isOfUser(name)) kept[name] = name.toUpperCase() === 'PATH' ? ownPath(env, value) : value
  }
  return { ...kept, ...usable(own), [markerName]: marker }
}

/** Names of variables of the user's that are not passed to Claude. */
export function heldBack(env: NodeJS.ProcessEnv, pass: readonly string[]): string[] {
  return Object.keys(env)
    .filter((name) => env[name] !== undefined && isOfUser(name) && !passesByItself(name) && !isListed(name, pass))
    .toSorted()
}

function allowed(env: NodeJS.ProcessEnv, pass: readonly string[]): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || !(passesByItself(name) || isListed(name, pass))) continue
    kept[name] = name.toUpperCase() === 'PATH' ? ownPath(env, value) : value
  }
  return kept
}

function usable(own: Record<string, string>): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(own)) {
    if (name === '' || /[=\0]/.test(name) || value.includes('\0')) throw unusable(name)
    kept[name] = value
  }
  return kept
}

function unusable(name: string): AppError {
  const shown = name.replaceAll('\0', '␀').slice(0, 100)
  return new AppError(
    'BAD_REQUEST',
    `The environment variable “${shown}” can’t be passed to Claude: its name or value contains an invalid character. Change it in the instance's settings, then start the instance.`,
  )
}

/** npm puts the folders of its scripts, and with them our own Node, before the user's path. */
function ownPath(env: NodeJS.ProcessEnv, path: string): string {
  if (env['npm_lifecycle_event'] === undefined) return path
  const ours = (entry: string) => entry.endsWith(join('node_modules', '.bin')) || entry.endsWith('node-gyp-bin')
  return path
    .split(delimiter)
    .filter((entry) => !ours(entry))
    .join(delimiter)
}

const account = /^(?:ANTHROPIC_|CLAUDE_|AWS_|GOOGLE_|CLOUD_ML_|VERTEX_|AZURE_)|^(?:HTTPS?|ALL|NO)_PROXY$/i

function withoutAccount(env: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !account.test(name)))
}

/** An account with a plan in the place of one with a plan; else one that pays by use, which Claude Code tells of no limits. */
function demoAccount({ CLAUDE_CODE_OAUTH_TOKEN: token = '' }: Record<string, string>): Record<string, string> {
  return token === '' ? { ANTHROPIC_API_KEY: 'demo' } : { CLAUDE_CODE_OAUTH_TOKEN: 'demo' }
}

function demoVariables({ baseUrl, home }: DemoAccess): Record<string, string> {
  return {
    HOME: home,
    USERPROFILE: home,
    ANTHROPIC_BASE_URL: baseUrl,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
    // Newer models keep no list of their own; the demo model shows one.
    CLAUDE_CODE_ENABLE_TODO_TOOLS: '1',
  }
}
