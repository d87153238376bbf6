import type { Log } from '../log.ts'
import type { Problems } from '../storage/problems.ts'
import { Thread } from '../threads/thread.ts'
import { workerFile } from '../threads/worker-file.ts'
import { vaultProtocol, type WorkerData, type WorkerReport } from './worker-protocol.ts'

export type VaultThreadOptions = {
  data: () => WorkerData
  onReport: (report: WorkerReport) => void
  log: Log
  problems: Problems | undefined
}

/** A pass over a very large history takes its time; it goes on whether or not anybody waits for it. */
export const scanLimitMs = 30 * 60_000
/** Whoever waits for it is in the middle of something: it is there whether or not the thread can say so now. */
export const lookLimitMs = 10_000

export type VaultThread = ReturnType<typeof startVaultThread>

/** The thread that reads and copies. */
export function startVaultThread({ data, onReport, log, problems }: VaultThreadOptions) {
  const file = workerFile(import.meta.url, 'worker.ts', 'vault-worker')
  return new Thread({ protocol: vaultProtocol, file, name: 'vault', title: 'The vault', data, onReport, log, problems })
}
