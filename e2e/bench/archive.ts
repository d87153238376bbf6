import { spawn, type ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { gunzipSync } from 'node:zlib'
import { makeFolders, removeRun } from '../support/app.ts'
import { writeHistory } from './conversation-history.ts'
import { numberFrom, spread, type Bench } from './figure.ts'

/** Conversations that go into the archive and back while the process is killed again and again: none is lost or changed. */
export const archive: Bench = async (note) => {
  const count = numberFrom('BENCH_CONVERSATIONS', 1_000)
  const kills = numberFrom('BENCH_KILLS', 100)
  const folders = await makeFolders()
  try {
    const { ids, bytes } = writeHistory({ folder: folders.data, conversations: count, messages: count * 30 })
    const wanted = new Map<string, string>()
    for (const id of ids) wanted.set(id, hashOf(await readFile(placeOf(folders.data, id))))
    const moments: number[] = []
    let missing = 0
    let halves = 0
    let archived = 0
    for (let kill = 0; kill < kills; kill += 1) {
      const child = start(folders.data, 'forever')
      await ready(child)
      const moment = Math.random() * 900
      await new Promise((resolve) => setTimeout(resolve, moment))
      await end(child)
      moments.push(moment)
      const found = await look(folders.data, ids, wanted)
      missing += found.missing
      halves += found.changed
      archived += found.archived
    }
    note(
      `${(bytes / 1e6).toFixed(0)} MB; killed after ${spread(moments, 'ms')}; ${Math.round(archived / kills)} lay in the archive on average`,
    )
    const last = start(folders.data, 'restore')
    await new Promise((resolve) => last.once('exit', resolve))
    let same = 0
    for (const id of ids) if (hashOf(await readFile(placeOf(folders.data, id)).catch(() => Buffer.alloc(0))) === wanted.get(id)) same += 1
    const left = (await readdir(path.join(folders.data, 'archive'))).length
    const ok = same === count && missing === 0 && halves === 0
    return [
      {
        name: `archive and restore, kill -9 at ${kills} moments`,
        measured: `${same} of ${count} the same, ${missing} gone, ${halves} changed, ${left} left over`,
        wanted: `${count} of ${count} byte for byte`,
        ok,
        grave: !ok,
      },
    ]
  } finally {
    await removeRun(folders)
  }
}

/** Every conversation must be plain or in the archive, or both, and each of them whole. */
async function look(folder: string, ids: readonly string[], wanted: ReadonlyMap<string, string>) {
  const found = { missing: 0, changed: 0, archived: 0 }
  for (const id of ids) {
    const plain = await readFile(placeOf(folder, id)).catch(() => null)
    const packed = await readFile(path.join(folder, 'archive', `${id}.jsonl.gz`)).catch(() => null)
    if (!plain && !packed) found.missing += 1
    if (packed) found.archived += 1
    if ((plain && hashOf(plain) !== wanted.get(id)) || (packed && hashOf(gunzipSync(packed)) !== wanted.get(id))) found.changed += 1
  }
  return found
}

function start(folder: string, mode: string): ChildProcess {
  const script = path.join(import.meta.dirname, 'archive-process.ts')
  return spawn(process.execPath, [script, folder, mode], { stdio: ['ignore', 'pipe', 'inherit'] })
}

function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    if (!child.stdout) throw new Error('The process has no output.')
    createInterface({ input: child.stdout }).once('line', () => resolve())
    child.once('exit', (code) => reject(new Error(`It ended by itself with ${code}.`)))
  })
}

function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    child.once('exit', () => resolve())
    return void child.kill('SIGKILL')
  })
}

function placeOf(folder: string, id: string): string {
  return path.join(folder, 'conversations', `${id}.jsonl`)
}

function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
