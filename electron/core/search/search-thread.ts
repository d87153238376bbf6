import type { Log } from '../log.ts'
import type { Problems } from '../storage/problems.ts'
import { Thread } from '../threads/thread.ts'
import { workerFile } from '../threads/worker-file.ts'
import { searchProtocol, type Report, type WorkerData } from './protocol.ts'

/** A ceiling for what is broken: the longest line that is read takes some times its own size while it is. */
const memoryMb = 1_536

export type SearchThreadOptions = {
  data: () => WorkerData
  onReport?: (report: Report) => void
  log: Log
  problems: Problems | undefined
}

export type SearchThread = ReturnType<typeof startSearchThread>

/** One of the threads behind the search; the one that verifies does that once. */
export function startSearchThread({ data, ...options }: SearchThreadOptions) {
  const { role } = data()
  return new Thread({
    protocol: searchProtocol,
    file: workerFile(import.meta.url, 'search-worker.ts', 'search-worker'),
    name: `search-${role}`,
    title: 'The search',
    data,
    restart: role === 'verify' ? 'once' : 'always',
    resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: 16 },
    ...options,
  })
}
