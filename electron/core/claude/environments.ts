import { homedir } from 'node:os'
import { join } from 'node:path'
import { childEnvironment, heldBack, type DemoAccess } from './environment.ts'
import { isOurs } from './environment-names.ts'
import { lacksProfile, withProfile } from './login-shell.ts'
import { variablesOfServers, type NamedVariable } from './mcp-variables.ts'
import { line, type SaidLine } from './said-lines.ts'

export type EnvironmentsOptions = {
  env: NodeJS.ProcessEnv
  /** What the user lets through besides: names, or beginnings with a star behind them. */
  pass: () => readonly string[]
  demo: () => DemoAccess | null
}

/** Where and for what a process is started, as far as its environment depends on it. `cwd`: null while it has no folder. */
export type Place = { own: Record<string, string>; cwd: string | null; mcpServers: Readonly<Record<string, unknown>> }

/** Environments of processes: what is inherited, what the user lets through, and what the MCP servers of a folder ask for. */
export class Environments {
  readonly #options: EnvironmentsOptions
  /** Asked once: the profile of a program that a dock has started. */
  readonly #inherited: Promise<NodeJS.ProcessEnv>
  #known: NodeJS.ProcessEnv

  constructor(options: EnvironmentsOptions) {
    this.#options = options
    this.#known = options.env
    this.#inherited = lacksProfile(options.env) ? withProfile(options.env) : Promise.resolve(options.env)
    void this.#inherited.then((env) => {
      this.#known = env
    })
  }

  /** What the app itself has inherited, with the user's profile where it was started without. */
  inherited(): Promise<NodeJS.ProcessEnv> {
    return this.#inherited
  }

  /** The whole environment of a process, and what to say in its conversation about what is missing. Throws BAD_REQUEST. */
  async of({ own, cwd, mcpServers }: Place, marker: string): Promise<{ env: Record<string, string>; missing: SaidLine[] }> {
    const inherited = await this.#inherited
    const named = cwd === null ? [] : await variablesOfServers(cwd, userFileOf(inherited), mcpServers)
    const pass = [...this.#options.pass(), ...named.map(({ name }) => name).filter((name) => name !== 'PWD')]
    const demo = this.#options.demo()
    const env = childEnvironment({ env: inherited, own, demo, marker, pass })
    return { env, missing: demo ? [] : missingLines(named, env) }
  }

  /** One for looking around, without a folder. */
  plain(own: Record<string, string> = {}): Record<string, string> {
    return childEnvironment({ env: this.#known, own, demo: this.#options.demo(), marker: 'none', pass: this.#options.pass() })
  }

  /** Names of the user's variables that no process gets by itself. */
  heldBack(): string[] {
    return heldBack(this.#known, this.#options.pass())
  }
}

/** Claude Code sets these itself, and every shell knows where it is. */
const setLater = /^(?:CLAUDE_|PWD$)/

function missingLines(named: readonly NamedVariable[], env: Record<string, string>): SaidLine[] {
  const missing = named.filter(({ name, optional }) => !optional && env[name] === undefined && !setLater.test(name))
  return missing.map(({ name, server }) =>
    line('environment', 'warning', missingWords(name, server), { variable: name, server, reason: isOurs(name) ? 'reserved' : 'unset' }),
  )
}

function missingWords(name: string, server: string): string {
  if (isOurs(name)) return `${name} is Bullpen's own and is not passed to Claude; the MCP server ${server} asks for it.`
  return `${name} is not set; the MCP server ${server} asks for it. Set it in this instance's environment, or where Bullpen is started.`
}

/** The user's own file of Claude Code's. */
export function userFileOf(env: NodeJS.ProcessEnv): string {
  return join(env['CLAUDE_CONFIG_DIR'] ?? env['HOME'] ?? env['USERPROFILE'] ?? homedir(), '.claude.json')
}

/** The administrator's file of MCP servers. */
export function managedServersFile(platform: NodeJS.Platform = process.platform): string {
  if (platform === 'win32') return 'C:\\Program Files\\ClaudeCode\\managed-mcp.json'
  return `${platform === 'darwin' ? '/Library/Application Support/ClaudeCode' : '/etc/claude-code'}/managed-mcp.json`
}
