import { toAppError } from '../../../shared/app-error.ts'
import type { SnapshotStatus } from '../../../shared/domain/snapshot.ts'
import type { Git } from '../git/git.ts'
import type { FolderStore } from './folder-store.ts'
import { bytesOf } from './store-size.ts'

type Row = SnapshotStatus['folders'][number]
type Rules = { git: Git; on: () => boolean; days: () => number; limitMb: () => number }

const mostRows = 500

/** What snapshots take, and whether they are taken. `notes`: why there were none the last time, by folder. */
export async function statusOf(
  { git, on, days, limitMb }: Rules,
  stores: readonly FolderStore[],
  notes: ReadonlyMap<string, string>,
): Promise<SnapshotStatus> {
  const rows = await Promise.all(stores.map((store) => rowOf(store, notes)))
  const noted = [...notes].filter(([folder]) => !rows.some((row) => row.folder === folder))
  const others = noted.map(([folder, note]): Row => ({ folder, snapshots: 0, oldest: null, newest: null, bytes: 0, note }))
  const folders = [...rows, ...others].toSorted((a, b) => b.bytes - a.bytes)
  return {
    on: on(),
    git: await git.program(),
    note: on() ? await hindrance(git) : 'Snapshots are turned off.',
    bytes: folders.reduce((sum, row) => sum + row.bytes, 0),
    limitMb: limitMb(),
    days: days(),
    folders: folders.slice(0, mostRows),
    folderCount: folders.length,
  }
}

function hindrance(git: Git): Promise<string | null> {
  return git.required().then(
    () => null,
    (thrown: unknown) => toAppError(thrown).message,
  )
}

async function rowOf({ folder, place, timeline }: FolderStore, notes: ReadonlyMap<string, string>): Promise<Row> {
  const [first] = timeline.all
  const times = { oldest: first?.at ?? null, newest: timeline.last?.at ?? null }
  return { folder, snapshots: timeline.all.length, ...times, bytes: await bytesOf(place), note: notes.get(folder) ?? null }
}
