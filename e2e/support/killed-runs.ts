import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'

/** First, five parts, three votes, last. */
const tasksOfARun = 10
const mostStarts = 60
const output = 'did last 5 fine'

const saidSchema = z.object({
  said: z.string(),
  id: z.string().optional(),
  message: z.string().optional(),
  output: z.string().optional(),
  place: z.string().optional(),
})
type Said = z.infer<typeof saidSchema>
const effectSchema = z.object({ what: z.string(), task: z.string() })

/** `places`: where it was killed, one name a kill. */
export type KilledRun = { kills: number; places: string[]; faults: string[] }

export type KilledRunOptions = {
  /** Nearly nothing is synced. */
  unsynced?: boolean
  /** What is killed, where it was built. */
  program?: string
}

/** The program that is killed, as it is written. */
export const killedProgram = join(import.meta.dirname, '..', 'fixtures', 'runs-until-killed.ts')

/** Does one run in a process that is killed again and again, each time `next()` steps after its start, and says what was lost or done twice. */
export async function killedRun(
  next: () => number,
  { unsynced = false, program = killedProgram }: KilledRunOptions = {},
): Promise<KilledRun> {
  const folder = mkdtempSync(join(tmpdir(), 'bullpen-killed-'))
  const said: Said[] = []
  let kills = 0
  try {
    for (let start = 0; start < mostStarts; start += 1) {
      // In the end it is let go on.
      const killAt = start < mostStarts - 1 ? next() : Number.POSITIVE_INFINITY
      const lines = await lived(folder, killAt, { unsynced, program })
      said.push(...lines)
      if (lines.some((line) => line.said === 'done')) break
      kills += 1
    }
    return { kills, places: said.flatMap(({ place }) => place ?? []), faults: faultsOf(folder, said) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function lived(folder: string, killAt: number, { unsynced, program }: Required<KilledRunOptions>): Promise<Said[]> {
  const env = { ...process.env, KILL_AT: String(killAt), ...(unsynced ? { UNSYNCED: '1' } : {}) }
  const child = spawn(process.execPath, [program, folder], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const said: Said[] = []
  for await (const line of createInterface(child.stdout)) said.push(saidSchema.parse(JSON.parse(line)))
  const [code, signal] = z.tuple([z.number().nullable(), z.string().nullable()]).parse(await ended)
  if (code !== 0 && signal !== 'SIGKILL') said.push({ said: 'problem', message: `it ended by itself with ${code ?? signal}` })
  return said
}

function faultsOf(folder: string, said: readonly Said[]): string[] {
  const faults = said.flatMap(({ said: what, message }) => (what === 'problem' ? [`it said: ${message}`] : []))
  const ids = new Set(said.flatMap(({ id }) => id ?? []))
  if (ids.size !== 1) faults.push(`${ids.size} runs under one key: one that was begun is lost`)
  const approved = said.findIndex(({ said: what }) => what === 'approved')
  if (approved >= 0 && said.slice(approved).some(({ said: what }) => what === 'asks')) faults.push('it asked again for what was approved')
  const done = said.find(({ said: what }) => what === 'done')
  if (done?.output !== output) faults.push(`it put out ${done?.output ?? 'nothing'}`)
  const effects = readFileSync(join(folder, 'effects.jsonl'), 'utf8').trim().split('\n')
  const ends = new Map<string, number>()
  for (const line of effects) {
    const { what, task } = effectSchema.parse(JSON.parse(line))
    ends.set(task, (ends.get(task) ?? 0) + (what === 'end' ? 1 : 0))
  }
  if (ends.size !== tasksOfARun) faults.push(`${ends.size} tasks were handed in instead of ${tasksOfARun}`)
  for (const [task, count] of ends) if (count !== 1) faults.push(`${task} was done ${count} times`)
  const files = readdirSync(join(folder, 'runs')).filter((name) => name.endsWith('.jsonl'))
  if (files.length !== 1) faults.push(`there are ${files.length} runs on the disk`)
  return faults
}
