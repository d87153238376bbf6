import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { readdirSync, readFileSync, existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { until, within } from './until.ts'

/** Whether this system has the program that gives `claude` a terminal. */
export function hasTerminal(): boolean {
  return process.platform === 'linux' && spawnSync('script', ['--version']).status === 0
}

export type TerminalStart = { program: string; cwd: string; env: NodeJS.ProcessEnv; home: string }

/** `claude` as a person sees it, in a terminal: for what it does nowhere else. Closed by whoever started it. */
export class ClaudeTerminal {
  readonly #child: ChildProcess
  readonly #folder: string
  #output = ''

  private constructor({ program, cwd, env, home }: TerminalStart) {
    this.#folder = path.join(home, '.claude', 'projects')
    const command = `stty cols 160 rows 50; exec '${program}' --allowedTools Bash`
    this.#child = spawn('script', ['-qec', command, '/dev/null'], { cwd, env: { ...env, TERM: 'xterm-256color' }, stdio: 'pipe' })
    this.#child.stdin?.on('error', () => {})
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.#output = `${this.#output}${text}`.slice(-200_000)))
  }

  /** Starts it where it has nothing to ask first. `key`: the one in its environment. */
  static async start(options: TerminalStart, key: string): Promise<ClaudeTerminal> {
    const settings = {
      hasCompletedOnboarding: true,
      theme: 'dark',
      lastOnboardingVersion: '99.0.0',
      customApiKeyResponses: { approved: [key.slice(-20)], rejected: [] },
      projects: { [options.cwd]: { hasTrustDialogAccepted: true, hasCompletedProjectOnboarding: true } },
    }
    await writeFile(path.join(options.home, '.claude.json'), JSON.stringify(settings))
    const terminal = new ClaudeTerminal(options)
    await until('the prompt of claude', () => /[❯>]/.test(terminal.#words()))
    return terminal
  }

  /** Types a line and sends it once it is seen, then waits until the transcript says `told`; answers the session's id. */
  async type(line: string, told: string): Promise<string> {
    // The first character may change what the prompt is for.
    const [first = '', ...rest] = line
    const seen = this.#output.length
    this.#child.stdin?.write(first)
    await until('its first character', () => this.#output.length > seen)
    this.#child.stdin?.write(rest.join(''))
    await until(`${line} to be seen`, () => this.#words().includes(rest.join('').replaceAll(' ', '')))
    this.#child.stdin?.write('\r')
    return until(`the transcript to say ${told}`, () => this.#sessionWith(told))
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#child.once('close', resolve))
    if (this.#child.exitCode !== null) return
    this.#child.stdin?.write('\u0003')
    const again = setInterval(() => this.#child.stdin?.write('\u0003'), 300)
    await within(10_000, 'the terminal to close', closed).catch(() => this.#child.kill('SIGKILL'))
    clearInterval(again)
  }

  /** What stands on the screen, without its codes and spaces: it moves its cursor over them. */
  #words(): string {
    return this.#output.replaceAll(codes, '').replaceAll(/\s/g, '')
  }

  #sessionWith(told: string): string | null {
    if (!existsSync(this.#folder)) return null
    const files = readdirSync(this.#folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.jsonl'))
    const found = files.find((file) => readFileSync(path.join(this.#folder, file), 'utf8').includes(told))
    return found === undefined ? null : path.basename(found, '.jsonl')
  }
}

// oxlint-disable-next-line no-control-regex -- these characters are what it looks for
const codes = /\u001b\[[0-9;?]*[a-zA-Z]/g
