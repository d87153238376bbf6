import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { writeFileAtomic } from '../storage/atomic-file.ts'
import { isSameProcess } from '../storage/process-identity.ts'
import { processTree, sendSignal, type ProcessId } from './process-tree.ts'

const processIdSchema = z.object({ pid: z.int().positive(), identity: z.string().nullable() })
const recordSchema = z.object({ marker: z.string(), process: processIdSchema, tree: z.array(processIdSchema), startedAt: z.string() })
export type ProcessRecord = z.infer<typeof recordSchema>

const killWaitMs = 3_000

/** Which processes are ours, on disk, so that the next start can end what a crash of ours left behind. */
export class ProcessRecords {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  async write(record: ProcessRecord): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    await writeFileAtomic(this.#path(record.marker), JSON.stringify(record))
  }

  async remove(marker: string): Promise<void> {
    await rm(this.#path(marker), { force: true })
  }

  /** Ends every survivor of earlier runs with all that belongs to it; answers how many there were. */
  async reap(): Promise<number> {
    const names = await readdir(this.#folder).catch(() => [])
    const counts = await Promise.all(names.filter((name) => name.endsWith('.json')).map((name) => this.#reapOne(join(this.#folder, name))))
    return counts.reduce((sum, count) => sum + count, 0)
  }

  async #reapOne(path: string): Promise<number> {
    const record = await readRecord(path)
    const survivors = record ? await survivorsOf(record) : []
    await killAll(survivors)
    await rm(path, { force: true })
    return survivors.length
  }

  #path(marker: string): string {
    return join(this.#folder, `${marker}.json`)
  }
}

/** Ends processes for good and waits until they are gone. */
export async function killAll(processes: readonly ProcessId[]): Promise<void> {
  for (const one of processes) await sendSignal(one, 'SIGKILL')
  const deadline = performance.now() + killWaitMs
  for (const one of processes) {
    while ((await isSame(one)) && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

function isSame({ pid, identity }: ProcessId): Promise<boolean> {
  return isSameProcess(pid, identity)
}

async function survivorsOf({ process: root, tree, marker }: ProcessRecord): Promise<ProcessId[]> {
  const alive: ProcessId[] = []
  for (const one of [root, ...tree]) if ((await isSame(one)) && !alive.some(({ pid }) => pid === one.pid)) alive.push(one)
  // A recorded root that is another process now has nothing to do with us; the marker still finds what is ours.
  const now = await processTree((await isSame(root)) ? root.pid : null, marker)
  for (const one of now) if (!alive.some(({ pid }) => pid === one.pid)) alive.push(one)
  return alive
}

async function readRecord(path: string): Promise<ProcessRecord | undefined> {
  try {
    return recordSchema.safeParse(JSON.parse(await readFile(path, 'utf8'))).data
  } catch {
    return undefined
  }
}
