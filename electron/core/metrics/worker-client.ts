import type { z } from 'zod'
import type { Log } from '../log.ts'
import type { Problems } from '../storage/problems.ts'
import { Thread } from '../threads/thread.ts'
import { workerFile } from '../threads/worker-file.ts'
import { metricsProtocol } from './worker-protocol.ts'

/** `folder` holds what can be made again, the others what cannot: looks at the pool, turns of deleted conversations, crashes. */
export type MetricsFolders = z.infer<typeof metricsProtocol.data>

export type MetricsThreadOptions = {
  folders: MetricsFolders
  log: Log
  problems: Problems | undefined
  /** It has died and was started again, with what was on the disk. */
  onRestart: () => void
}

/** Reading everything that was ever said takes its time; whoever waits for that waits for this long at most. */
export const readLimitMs = 30 * 60_000

export type MetricsThread = ReturnType<typeof startMetricsThread>

/** The metrics' thread. */
export function startMetricsThread({ folders, log, problems, onRestart }: MetricsThreadOptions) {
  const file = workerFile(import.meta.url, 'worker.ts', 'metrics-worker')
  const names = { protocol: metricsProtocol, file, name: 'metrics', title: 'The metrics' }
  return new Thread({ ...names, data: () => folders, log, problems, onRestart })
}
