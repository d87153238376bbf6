import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Snapshot } from '../../electron/core/snapshots/snapshot.ts'
import { z } from 'zod'
import { SnapshotFolder } from '../support/snapshot-folder.ts'
import { Chance } from './chance.ts'
import { numberFrom, type Bench } from './figure.ts'

const others = 200

/**
 * Kills a process at a random moment while it takes one snapshot after the other: all that it has said are there whole, none is a mix of two states,
 * and the next one is exactly what is on the disk.
 */
export const snapshotKills: Bench = async (note) => {
  const kills = numberFrom('BENCH_KILLS', 100)
  const at = await SnapshotFolder.make()
  const chance = new Chance(5)
  const faults: string[] = []
  try {
    for (let file = 0; file < others; file += 1) writeFileSync(join(at.folder, `other-${file}`), `${file}`)
    for (let kill = 0; kill < kills; kill += 1) {
      const said = await killed(at, kill * 1_000, 50 + chance.next() * 400)
      await at.reopen()
      for (const fault of await check(at, said)) faults.push(`kill ${kill}: ${fault}`)
      await at.snapshots.close()
    }
  } finally {
    await at.remove()
  }
  for (const fault of faults.slice(0, 10)) note(fault)
  return [
    {
      name: `${kills} kills during snapshots`,
      measured: `${faults.length} lost, torn or mixed`,
      wanted: '0',
      ok: faults.length === 0,
      grave: faults.length > 0,
    },
  ]
}

const saidSchema = z.object({ number: z.int(), seq: z.int() })
type Said = z.infer<typeof saidSchema>

/** What it said before it was killed, so long after its first snapshot. */
async function killed(at: SnapshotFolder, first: number, afterMs: number): Promise<Said[]> {
  const script = join(import.meta.dirname, 'snapshots-process.ts')
  const child = spawn(process.execPath, [script, at.data, at.folder, at.home, String(first)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const said: Said[] = []
  const ended = once(child, 'exit')
  for await (const line of createInterface(child.stdout)) {
    if (said.length === 0) setTimeout(() => child.kill('SIGKILL'), afterMs)
    said.push(saidSchema.parse(JSON.parse(line)))
  }
  await ended
  return said
}

async function check(at: SnapshotFolder, said: readonly Said[]): Promise<string[]> {
  const faults: string[] = []
  const all = await at.snapshots.of(at.folder)
  for (const { number, seq } of said.slice(-3)) {
    const snapshot = all.find((one) => one.seq === seq)
    if (!snapshot) faults.push(`snapshot ${seq} is not there`)
    else if ((await numbersIn(at, snapshot)).join(' ') !== String(number))
      faults.push(`snapshot ${seq} holds ${(await numbersIn(at, snapshot)).join(' ')}`)
  }
  const last = all.at(-1)
  if (last && (await numbersIn(at, last)).length !== 1) faults.push(`the last one is a mix: ${(await numbersIn(at, last)).join(' ')}`)
  const files = await at.files(await at.take())
  if (Object.keys(files).length !== others + 10) faults.push(`the next one has ${Object.keys(files).length} files`)
  for (const [path, [, bytes]] of Object.entries(files)) {
    if (readFileSync(join(at.folder, path), 'latin1') !== bytes) faults.push(`${path} is another than on the disk`)
  }
  return faults
}

/** The numbers in the ten files: one, where the snapshot is of one state. */
async function numbersIn(at: SnapshotFolder, snapshot: Snapshot): Promise<string[]> {
  const files = await at.files(snapshot)
  return [...new Set(Object.entries(files).flatMap(([path, [, bytes]]) => (path.startsWith('file-') ? [bytes.trim()] : [])))]
}
