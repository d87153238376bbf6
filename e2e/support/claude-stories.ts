import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { appEnv, type AppFolders } from './app.ts'
import { ClaudeProgram, type ClaudeSaid } from './claude-program.ts'
import { ClaudeTerminal } from './claude-terminal.ts'

/** A session that was written, with what `claude` said that it has cost; null where it said nothing. */
export type WrittenSession = { story: string; sessionId: string; cwd: string; costUsd: number | null; version: string }

export type Author = {
  program: string
  env: NodeJS.ProcessEnv
  /** A folder for the folders of the sessions. */
  folder: string
}

type Tell = (start: (args?: readonly string[]) => ClaudeProgram, cwd: string) => Promise<void>

/**
 * What people do with Claude Code, each a session in a folder of its own: told to a real `claude` that the demo model answers, so that
 * their transcripts are its own.
 */
export const stories: Readonly<Record<string, Tell>> = {
  tools: told(['Look around. [think] [bash: echo one] [read] [write: out.md some words]', 'And again. [edit] [tools 3]']),
  agents: told(['Ask others. [agent: Say one word.] [agent: Run it. [bash: echo inner]] [agent: Say one word.]']),
  odd: told([
    `First words [echo: עברית 𝒳 \\ "q"]`,
    'Tabs\tand\r\nlines\n\n  <b>html</b> <command-name>in the middle</command-name> ',
    ' \n[markdown]',
    `Long ${'word '.repeat(20_000)}`,
  ]),
  reminded: told(['<system-reminder>not mine</system-reminder>\nFirst words.', 'Line \u2028 and \u2029 separators.']),
  pictures: async (start) => {
    const claude = start()
    await claude.ask([{ type: 'text', text: 'What is this?' }, png])
    await claude.ask([pdf])
    await claude.ask([png, pdf, { type: 'text', text: 'Both, please.' }, { type: 'text', text: 'And briefly.' }])
    await claude.close()
  },
  compacted: async (start) => {
    const claude = start()
    await claude.ask('One. [bash: echo before]')
    await claude.ask('Two.')
    await claude.ask('/compact keep the numbers')
    await claude.ask('Three. [bash: echo after]')
    await claude.close()
    const again = start(['--resume', claude.sessionId])
    await again.ask('/compact')
    await again.ask('Four.')
    await again.close()
  },
  commands: async (start, cwd) => {
    await mkdir(path.join(cwd, '.claude', 'commands'), { recursive: true })
    await writeFile(path.join(cwd, '.claude', 'commands', 'greet.md'), 'Say hello to $ARGUMENTS.\n')
    const claude = start()
    for (const prompt of ['/cost', '/greet Bob & <Ann>', '/context', '/no-such-command x', 'Thanks.']) await claude.ask(prompt)
    await claude.close()
  },
  cleared: async (start) => {
    const claude = start()
    await claude.ask('Before.')
    await claude.ask('/clear')
    await claude.ask('After.')
    await claude.close()
  },
  steered: async (start) => {
    const claude = start()
    const from = claude.said.length
    claude.send('Work. [bash: sleep 2; echo slow] [bash: echo quick]', { uuid: crypto.randomUUID() })
    await claude.until((said) => said.type === 'assistant' && hasTool(said), from)
    claude.send('Also this, typed meanwhile.', { uuid: crypto.randomUUID() })
    claude.send([{ type: 'text', text: 'And a picture.' }, png], { uuid: crypto.randomUUID() })
    await claude.until((said) => said.type === 'result', from)
    await claude.ask('Thanks.')
    await claude.close()
  },
  models: async (start) => {
    const claude = start(['--model', 'claude-haiku-4-5'])
    await claude.ask('With one. [bash: echo x]')
    await claude.close()
    const other = start(['--resume', claude.sessionId, '--model', 'claude-sonnet-4-5'])
    await other.ask('With another.')
    other.control({ subtype: 'set_model', model: 'claude-opus-4-1' })
    await other.ask('With a third.')
    await other.close()
  },
  unknown: async (start) => {
    const claude = start(['--model', 'claude-of-tomorrow-9'])
    await claude.ask('What do you cost?')
    await claude.close()
  },
  forked: async (start) => {
    const claude = start()
    await claude.ask('The trunk. [bash: echo t]')
    await claude.close()
    const fork = start(['--resume', claude.sessionId, '--fork-session'])
    await fork.ask('The branch.')
    await fork.close()
  },
  rewound: async (start) => {
    const claude = start()
    await claude.ask('Keep this.')
    const at = claude.said.findLast(({ type }) => type === 'assistant')?.uuid ?? ''
    await claude.ask('Not this. [bash: echo gone]')
    await claude.close()
    const again = start(['--resume', claude.sessionId, '--resume-session-at', at])
    await again.ask('But this.')
    await again.close()
  },
  interrupted: async (start) => {
    const claude = start()
    const from = claude.said.length
    claude.send('Work. [bash: sleep 20; echo never]')
    await claude.until((said) => said.type === 'assistant' && hasTool(said), from)
    claude.control({ subtype: 'interrupt' })
    await claude.until((said) => said.type === 'result', from)
    await claude.ask('Go on.')
    await claude.close()
  },
  failed: told(['This goes wrong. [400]', 'This goes well.']),
  background: async (start) => {
    const claude = start()
    const from = claude.said.length
    claude.send('Start it. [background: sleep 1; echo done]')
    await claude.until((said) => said.type === 'result', from)
    // Older versions say nothing of its end.
    const isTold = (said: ClaudeSaid) => said.type === 'result' && said.origin?.kind === 'task-notification'
    await claude.until(isTold, from, 6).catch(() => {})
    await claude.close()
  },
}

/** The environment of a `claude` that the model at `url` answers, with a home of its own. */
export function authorEnv(folders: AppFolders, url: string): NodeJS.ProcessEnv {
  return appEnv(folders, {
    BULLPEN_HOME: undefined,
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_API_KEY: authorKey,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
  })
}

const authorKey = 'not-a-key-but-as-long-as-one'

/** A `!` command, which only a person in a terminal can give: Claude answers what it says. Throws where there is no terminal. */
export async function tellInTerminal(author: Author, home: string, version: string): Promise<WrittenSession> {
  const cwd = path.join(author.folder, 'terminal')
  await mkdir(cwd, { recursive: true })
  const terminal = await ClaudeTerminal.start({ program: author.program, cwd, env: author.env, home }, authorKey)
  try {
    await terminal.type('Hello [echo: first-answer]', '"text":"first-answer"')
    await terminal.type('!echo from-$((1+1))-bash', '<bash-stdout>from-2-bash')
    const sessionId = await terminal.type('And now? [echo: second-answer]', '"text":"second-answer"')
    return { story: 'terminal', sessionId, cwd, costUsd: null, version }
  } finally {
    await terminal.close()
  }
}

/** What came of a story; `fault`: what the version does not know how to do, and why the story ended there. */
type Told = { sessions: WrittenSession[]; fault: string | null }

/** Tells a story to a `claude`. */
export async function tell(story: string, author: Author, version: string): Promise<Told> {
  const told = stories[story]
  if (!told) throw new Error(`There is no story ${story}.`)
  const cwd = path.join(author.folder, story)
  await mkdir(cwd, { recursive: true })
  await writeFile(path.join(cwd, 'notes.md'), '# Notes\n\nBuy milk.\n')
  const begun: { claude: ClaudeProgram; args: readonly string[] }[] = []
  const start = (args: readonly string[] = []): ClaudeProgram => {
    const claude = new ClaudeProgram({ program: author.program, cwd, env: author.env, args })
    begun.push({ claude, args })
    return claude
  }
  let fault: string | null = null
  try {
    await told(start, cwd)
  } catch (thrown) {
    fault = thrown instanceof Error ? thrown.message : String(thrown)
  } finally {
    await Promise.all(begun.map(({ claude }) => claude.close()))
  }
  const costs = new Map<string, number | null>()
  for (const { claude, args } of begun) addCosts(costs, claude, args[args.indexOf('--resume') + 1] ?? '')
  return { sessions: [...costs].map(([sessionId, costUsd]) => ({ story, sessionId, cwd, costUsd, version })), fault }
}

/**
 * Newer versions go on counting where a session was continued or forked from, older ones begin at nought; after `/clear` it is the other
 * way round. All turns of a story cost about the same, so that one can be told from the other.
 */
function addCosts(costs: Map<string, number | null>, claude: ClaudeProgram, from: string): void {
  let before = costs.get(from) ?? 0
  let isFirst = true
  for (const [sessionId, costUsd] of claude.costs()) {
    const goesOn = costUsd !== null && before > 0 && costUsd >= before * (isFirst ? 1 : 1.5)
    const own = goesOn ? costUsd - before : costUsd
    const known = costs.get(sessionId) ?? (costs.has(sessionId) ? null : 0)
    costs.set(sessionId, own === null || known === null ? null : known + own)
    before = costUsd ?? before
    isFirst = false
  }
}

function told(prompts: readonly string[]): Tell {
  return async (start) => {
    const claude = start()
    for (const prompt of prompts) await claude.ask(prompt)
    await claude.close()
  }
}

function hasTool({ message }: { message?: { content: unknown } | undefined }): boolean {
  return JSON.stringify(message?.content ?? '').includes('"tool_use"')
}

const png = {
  type: 'image',
  source: {
    type: 'base64',
    media_type: 'image/png',
    data: 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  },
}
const pdf = {
  type: 'document',
  title: 'contract.pdf',
  source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0xLjQKJSVFT0YK' },
}
