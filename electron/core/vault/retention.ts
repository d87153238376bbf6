import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { VaultSource, VaultSourceName } from '../../../shared/domain/vault.ts'
import { systemCode } from '../storage/storage-error.ts'

const usualDays = 30
const settingsSchema = z.object({ cleanupPeriodDays: z.number().nonnegative() })

/**
 * Days after which Claude Code deletes a transcript that was not changed: what the machine's managed settings say, else the user's
 * own, else 30. It deletes at its starts, whichever project it is started in; a project's own settings are not looked at.
 */
export async function retentionDays(configFolder: string, managedFolder: string | null = usualManagedFolder()): Promise<number> {
  const managed = managedFolder === null ? null : await managedDays(managedFolder)
  return managed ?? (await daysIn(join(configFolder, 'settings.json'))) ?? usualDays
}

/** How long a history keeps what was written, and whether we may read it. */
export async function lookAtSource({ name, config }: { name: VaultSourceName; config: string }): Promise<VaultSource> {
  const folder = join(config, 'projects')
  return { name, folder, readable: await isReadable(folder), keepsDays: await retentionDays(config) }
}

/** When a file of this age is deleted, or null when it is kept: Claude Code takes 0 for never. */
export function deletedAt(mtimeMs: number, days: number): string | null {
  const time = new Date(mtimeMs + days * 86_400_000)
  return days === 0 || Number.isNaN(time.getTime()) ? null : time.toISOString()
}

async function isReadable(folder: string): Promise<boolean> {
  try {
    await readdir(folder)
    return true
  } catch (thrown) {
    return systemCode(thrown) === 'ENOENT'
  }
}

async function managedDays(folder: string): Promise<number | null> {
  const parts = await readdir(join(folder, 'managed-settings.d')).catch(() => [])
  const files = parts
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .toReversed()
    .map((name) => join('managed-settings.d', name))
  for (const file of [...files, 'managed-settings.json']) {
    const days = await daysIn(join(folder, file))
    if (days !== null) return days
  }
  return null
}

async function daysIn(path: string): Promise<number | null> {
  try {
    return settingsSchema.safeParse(JSON.parse(await readFile(path, 'utf8'))).data?.cleanupPeriodDays ?? null
  } catch {
    return null
  }
}

function usualManagedFolder(): string {
  if (process.platform === 'darwin') return '/Library/Application Support/ClaudeCode'
  return process.platform === 'win32' ? 'C:\\Program Files\\ClaudeCode' : '/etc/claude-code'
}
