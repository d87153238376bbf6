import { createWriteStream } from 'node:fs'
import { cp, mkdir, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { parseJson } from '../storage/parse-json.ts'
import { textLines } from '../storage/text-lines.ts'
import { saidEntries, type Entry, type Said } from './said-entries.ts'

const longestName = 200
/** So many lines of a transcript are looked through for the folders that it names. */
const linesRead = 2_000

/** Whether a folder of transcripts belongs to a working folder, by Claude Code's own rule for its name. */
export async function isProjectOf(project: string, folder: string): Promise<boolean> {
  const name = projectName(await realpath(folder).catch(() => folder))
  return name.length <= longestName ? project === name : project.startsWith(`${name.slice(0, longestName)}-`)
}

/** The nearest folder from `cwd` up from which Claude Code finds a transcript; null: none, or it is not there. */
export function folderAbove(transcript: string, cwd: string): Promise<string | null> {
  return firstProjectOf(transcript, above(cwd))
}

/** The same of the folders that the transcript says it worked in. */
export async function folderNamedIn(transcript: string): Promise<string | null> {
  return firstProjectOf(transcript, await foldersIn(transcript))
}

/**
 * Copies a session to where Claude Code finds it from `cwd`, under a new id; the old one stays as it is. `upTo`: without what came
 * after this entry. `said`: put behind the rest. Answers the new id.
 */
export async function copySession(transcript: string, cwd: string, upTo?: string, said: readonly Said[] = []): Promise<string> {
  const id = crypto.randomUUID()
  const old = basename(transcript, '.jsonl')
  const folder = join(dirname(dirname(transcript)), nameFor(await realpath(cwd)))
  await mkdir(folder, { recursive: true })
  const path = join(folder, `${id}.jsonl`)
  const part = `${path}.part`
  try {
    await pipeline(Readable.from(linesOf(transcript, { old, id, upTo, said })), createWriteStream(part, { flush: true, mode: 0o600 }))
    // What sub-agents said, and outputs too large for the transcript, lie beside it.
    const beside = join(dirname(transcript), old)
    if (await isFolder(beside)) await cp(beside, join(folder, id), { recursive: true })
    await rename(part, path)
  } catch (thrown) {
    await rm(part, { force: true })
    throw thrown
  }
  return id
}

export async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() === true
}

async function firstProjectOf(transcript: string, folders: Iterable<string>): Promise<string | null> {
  const project = basename(dirname(transcript))
  for (const folder of folders) if ((await isProjectOf(project, folder)) && (await isFolder(folder))) return folder
  return null
}

function projectName(folder: string): string {
  return folder.replace(/[^a-zA-Z0-9]/g, '-')
}

function nameFor(folder: string): string {
  const name = projectName(folder)
  return name.length <= longestName ? name : `${name.slice(0, longestName)}-${Math.abs(hashOf(folder)).toString(36)}`
}

/** What Claude Code tells long names apart by. */
function hashOf(text: string): number {
  let hash = 0
  for (let at = 0; at < text.length; at += 1) hash = Math.trunc((hash << 5) - hash + text.charCodeAt(at)) | 0
  return hash
}

function above(folder: string): string[] {
  const parent = dirname(folder)
  return parent === folder ? [folder] : [folder, ...above(parent)]
}

const namingSchema = z.object({ cwd: z.string() })

async function foldersIn(transcript: string): Promise<Set<string>> {
  const found = new Set<string>()
  let left = linesRead
  for await (const line of textLines(transcript)) {
    const { data } = namingSchema.safeParse(parseJson(line))
    if (data) found.add(data.cwd)
    left -= 1
    if (left === 0) break
  }
  return found
}

const entrySchema = z.looseObject({ sessionId: z.string().optional(), uuid: z.string().optional() })

async function* linesOf(
  transcript: string,
  { old, id, upTo, said }: { old: string; id: string; upTo: string | undefined; said: readonly Said[] },
): AsyncGenerator<string> {
  let last: Entry = {}
  for await (const line of textLines(transcript)) {
    const { data } = entrySchema.safeParse(parseJson(line))
    if (data?.uuid !== undefined && data['isSidechain'] !== true) last = data
    yield `${data?.sessionId === old ? JSON.stringify({ ...data, sessionId: id }) : line}\n`
    if (upTo !== undefined && data?.uuid === upTo) break
  }
  for (const entry of saidEntries(said, last, id)) yield `${JSON.stringify(entry)}\n`
}
