import { DiskWatch } from '../../electron/core/storage/disk-watch.ts'
import type { StoreWatch } from '../../electron/core/storage/json-store.ts'
import { Problems } from '../../electron/core/storage/problems.ts'

/** What every store tells its troubles to, on a folder of a test's own. */
export function storeWatch(folder: string): StoreWatch {
  return { problems: new Problems(), disk: new DiskWatch({ folder, probeMs: 5 }) }
}
