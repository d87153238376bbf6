import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { writeFileAtomic } from '../storage/atomic-file.ts'
import { makeOwnFolder } from '../storage/own-folder.ts'
import { killAll, processTree, treesOf, type ProcessId } from './process-tree.ts'

const processIdSchema = z.object({ pid: z.int().positive(), identity: z.string() })
const recordSchema = z.object({
  /** Also the name of its file. */
  marker: z.string(),
  /** Null until it was started. */
  process: processIdSchema.nullable(),
  /** Its descendants when they were last seen; empty where the marker finds them. */
  tree: z.array(processIdSchema),
  startedAt: z.string(),
})
export type ProcessRecord = z.infer<typeof recordSchema>

/** What is found after a kill was started while it was looked for. */
const maxLooks = 5

/** Which processes are ours, on disk, so that the next start can end what a crash of ours left behind. */
export class ProcessRecords {
  readonly #folder: string
  /** Markers of this run, which are not for reaping. */
  readonly #own = new Set<string>()

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Throws DISK_FULL, DATA_FOLDER_READONLY or what the system said. */
  async write(record: ProcessRecord): Promise<void> {
    this.#own.add(record.marker)
    makeOwnFolder(this.#folder)
    await writeFileAtomic(this.#path(record.marker), JSON.stringify(record))
  }

  /** Throws what the system said when the record is there and cannot be removed. */
  async remove(marker: string): Promise<void> {
    await rm(this.#path(marker), { force: true })
    this.#own.delete(marker)
  }

  /** Ends every survivor of earlier runs with all that belongs to it; answers how many there were. What cannot be ended stays recorded. */
  async reap(): Promise<number> {
    const names = await readdir(this.#folder).catch(() => [])
    const markers = names.flatMap((name) => (name.endsWith('.json') ? [name.slice(0, -'.json'.length)] : []))
    const counts = await Promise.all(markers.filter((marker) => !this.#own.has(marker)).map((marker) => this.#reapOne(marker)))
    return counts.reduce((sum, count) => sum + count, 0)
  }

  async #reapOne(marker: string): Promise<number> {
    const record = await readRecord(this.#path(marker))
    const { ended, left } = await endSurvivors(marker, record ? [...(record.process ? [record.process] : []), ...record.tree] : [])
    if (left === 0) await rm(this.#path(marker), { force: true }).catch(() => {})
    return ended
  }

  #path(marker: string): string {
    return join(this.#folder, `${marker}.json`)
  }
}

async function endSurvivors(marker: string, recorded: readonly ProcessId[]): Promise<{ ended: number; left: number }> {
  const pids = new Set<number>()
  let survivors = await survivorsOf(marker, recorded)
  for (let look = 0; look < maxLooks && survivors.length > 0; look += 1) {
    for (const { pid } of survivors) pids.add(pid)
    await killAll(survivors)
    survivors = await survivorsOf(marker, recorded)
  }
  return { ended: pids.size - survivors.length, left: survivors.length }
}

/** Nobody is ended for a number alone: by its marker where processes carry one that can be read, else by its time of start. */
async function survivorsOf(marker: string, recorded: readonly ProcessId[]): Promise<ProcessId[]> {
  const found = process.platform === 'linux' ? await processTree(null, marker) : await treesOf(recorded)
  // A Bullpen that was started by a tool of the last one carries its marker too.
  return found.filter(({ pid }) => pid !== process.pid)
}

async function readRecord(path: string): Promise<ProcessRecord | undefined> {
  try {
    return recordSchema.safeParse(JSON.parse(await readFile(path, 'utf8'))).data
  } catch {
    return undefined
  }
}
