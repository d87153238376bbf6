import { mkdir, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { EntryWriter, type EntryWriterOptions } from './claude-entries.ts'
import { Seeded } from './seeded.ts'

export type HistoryOptions = {
  /** Stands in for `~/.claude`. */
  config: string
  sessions: number
  /** About how many messages all sessions have together. */
  messages: number
  projects?: number
  seed?: number
  /** The end of time in the history; sessions lie in the 200 days before. */
  until?: Date
  /** Kilobytes that Claude Code writes at the beginning of a session besides what is said. */
  headKb?: number
}

export type WrittenSession = {
  sessionId: string
  file: string
  cwd: string
  messages: number
  agents: number
  torn: number
  forkOf: string | null
}
export type History = {
  sessions: WrittenSession[]
  messages: number
  bytes: number
  files: number
  rareWord: string
  rareSessions: string[]
}

const dayMs = 86_400_000
const spanDays = 200

/**
 * Writes a history as Claude Code would: a folder for each project, a transcript for each session, sub-agents (in their session's
 * folder, beside it, or in the same file, as its versions have done), forks that repeat their beginning, edits that leave a branch,
 * torn lines, kinds of entries that nobody knows. The same options give the same bytes.
 */
export async function writeClaudeHistory(options: HistoryOptions): Promise<History> {
  const { config, sessions, messages, projects = 20, seed = 1, until = new Date('2026-11-17T08:00:00Z'), headKb = 8 } = options
  const random = new Seeded(seed)
  const folders = Array.from({ length: projects }, (_, index) => `/home/dev/${random.word()}-${index}`)
  const lengths = lengthsOf(random, sessions, messages)
  const rareWord = `zqxrare${seed}`
  const history: History = { sessions: [], messages: 0, bytes: 0, files: 0, rareWord, rareSessions: [] }
  const step = Math.max(1, Math.floor(sessions / 5))
  for (const [index, length] of lengths.entries()) {
    const cwd = folders[Math.floor(folders.length * random.next() ** 2)] ?? '/home/dev'
    const startedAt = until.getTime() - Math.floor(random.next() * spanDays * dayMs)
    const writer = new EntryWriter({ ...kindOf(random, index, history.sessions), random, cwd, startedAt, messages: length, headKb })
    if (index % step === 0) writer.sayOnce(rareWord)
    const session = writer.session()
    if (index % step === 0) history.rareSessions.push(session.sessionId)
    await save(config, cwd, session.files, session.endedAt)
    const { sessionId, said, agents, torn, forkOf } = session
    const file = path.join(config, 'projects', folderOf(cwd), `${sessionId}.jsonl`)
    history.sessions.push({ sessionId, file, cwd, messages: said, agents, torn, forkOf })
    history.messages += said
    history.files += session.files.size
    for (const text of session.files.values()) history.bytes += Buffer.byteLength(text)
  }
  return history
}

/** How Claude Code names the folder of a project. */
export function folderOf(cwd: string): string {
  return cwd.replaceAll(/[^A-Za-z0-9]/g, '-')
}

type Kind = Pick<EntryWriterOptions, 'version' | 'agents' | 'edited' | 'torn' | 'forkOf'>

function kindOf(random: Seeded, index: number, before: readonly WrittenSession[]): Kind {
  const fork = index % 23 === 22 ? before[Math.floor(random.next() * before.length)] : undefined
  return {
    version: random.pick(['2.1.329', '2.1.329', '2.0.14', '1.0.88']),
    agents: index % 7 === 3 ? random.int(1, 3) : 0,
    edited: index % 11 === 5,
    torn: index % 37 === 9 ? 1 : 0,
    forkOf: fork?.sessionId ?? null,
  }
}

/** Some long, many short, together as many as asked for. */
function lengthsOf(random: Seeded, sessions: number, messages: number): number[] {
  const raw = Array.from({ length: sessions }, () => random.skewed(40, 1.3, 3_000))
  const scale = messages / raw.reduce((sum, length) => sum + length, 0)
  return raw.map((length) => Math.max(2, Math.round(length * scale)))
}

async function save(config: string, cwd: string, files: ReadonlyMap<string, string>, at: number): Promise<void> {
  for (const [name, text] of files) {
    const file = path.join(config, 'projects', folderOf(cwd), name)
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(file, text)
    await utimes(file, at / 1_000, at / 1_000)
  }
}
