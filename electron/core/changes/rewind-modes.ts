import type { FolderSnapshots, Snapshot } from '../snapshots/snapshot.ts'
import type { FileStep } from './file-step.ts'

/**
 * Steps with who may read, write and run the files: as in the snapshot that they go back to, `then`. One that is gone by now has the mode that it had
 * last, where nothing else is known.
 */
export async function withModes(
  snapshots: Pick<FolderSnapshots, 'modesOf'>,
  folder: string,
  steps: readonly FileStep[],
  { now, then }: { now: Snapshot; then: Snapshot },
): Promise<FileStep[]> {
  const [nowModes, thenModes] = await Promise.all([now, then].map((snapshot) => snapshots.modesOf(folder, snapshot)))
  return steps.map(({ path, from, to, modes: known }) => {
    const modes = {
      from: from === null ? undefined : nowModes?.get(path),
      to: to === null ? undefined : (known?.to ?? thenModes?.get(path)),
    }
    return modes.from === undefined && modes.to === undefined ? { path, from, to } : { path, from, to, modes }
  })
}
