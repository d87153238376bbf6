import type { RunRequest } from '../../../shared/domain/run.ts'
import { client } from '../../connection/connection.ts'
import { ui } from '../../state/ui-store.ts'

/** Starts a run and shows it. Rejects with why it cannot be started. */
export async function startRun(request: RunRequest): Promise<void> {
  const { id } = await client.runs.start(request)
  ui.go({ name: 'run', id })
}
