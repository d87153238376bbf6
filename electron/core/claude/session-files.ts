import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { parseJson } from '../storage/parse-json.ts'
import { isSameProcess } from '../storage/process-identity.ts'
import { textLines } from '../storage/text-lines.ts'

/**
 * Claude Code's transcript of a session, or null. It lies in a folder named after the working folder; the name's rule
 * is Claude Code's own, so all are looked through.
 */
export async function findTranscript(config: string, sessionId: string): Promise<string | null> {
  // Whatever else a caller has as a session's id would be a path of its own choice.
  if (!/^[\w-]+$/.test(sessionId)) return null
  const projects = join(config, 'projects')
  const folders = await readdir(projects).catch(() => [])
  for (const folder of folders) {
    const path = join(projects, folder, `${sessionId}.jsonl`)
    if (await stat(path).catch(() => null)) return path
  }
  return null
}

/** Whether a transcript has an entry of this uuid, or a message of it that went into a running turn; `compressed`: it is gzip. */
export async function transcriptHas(path: string, uuid: string, { compressed = false } = {}): Promise<boolean> {
  for await (const line of textLines(path, compressed)) if (line.includes(uuid) && uuidsOf(line).includes(uuid)) return true
  return false
}

const entrySchema = z.object({
  uuid: z.string(),
  attachment: z
    .object({ type: z.literal('queued_command'), source_uuid: z.string() })
    .optional()
    .catch(undefined),
})

function uuidsOf(line: string): string[] {
  const entry = entrySchema.safeParse(parseJson(line)).data
  return entry === undefined ? [] : [entry.uuid, entry.attachment?.source_uuid ?? entry.uuid]
}

const liveSchema = z.object({ pid: z.int(), sessionId: z.string(), procStart: z.string().optional() })

/** Running processes that Claude Code's own registry (`sessions/<pid>.json`, undocumented) names as working in a session. */
export async function holdersOf(config: string, sessionId: string): Promise<number[]> {
  const folder = join(config, 'sessions')
  const names = await readdir(folder).catch(() => [])
  const pids: number[] = []
  for (const name of names) {
    const text = await readFile(join(folder, name), 'utf8').catch(() => '')
    const live = parseLive(text)
    if (live?.sessionId !== sessionId) continue
    // What it calls the start of a process is what Linux does; other systems were not measured.
    const identity = process.platform === 'linux' ? (live.procStart ?? null) : null
    if (await isSameProcess(live.pid, identity)) pids.push(live.pid)
  }
  return pids
}

function parseLive(text: string): z.infer<typeof liveSchema> | undefined {
  return liveSchema.safeParse(parseJson(text)).data
}
