import { settingsSchema } from '../../../shared/domain/settings.ts'
import type { SnapshotStatus } from '../../../shared/domain/snapshot.ts'
import { formatBytes } from '../../words/figures.ts'
import type { Read } from './settings-words.ts'

const { snapshotDays, snapshotLimitMb } = settingsSchema.shape

/** Days that snapshots are kept. */
export function readDays(text: string): Read<number> {
  const parsed = snapshotDays.safeParse(text.trim() === '' ? undefined : Number(text.trim()))
  return parsed.success && text.trim() !== '' ? { value: parsed.data } : { problem: 'Enter whole days from 1 to 365.' }
}

/** What they may take in all. */
export function readMegabytes(text: string): Read<number> {
  const parsed = snapshotLimitMb.safeParse(text.trim() === '' ? undefined : Number(text.trim()))
  return parsed.success && text.trim() !== '' ? { value: parsed.data } : { problem: 'Enter whole megabytes from 50 to 1,000,000.' }
}

/** What they take now, or why there are none. */
export function snapshotWords({ note, bytes, limitMb, folderCount, on }: SnapshotStatus): string {
  const taken = `${formatBytes(bytes)} of ${limitMb.toLocaleString('en-US')} MB in ${folderCount === 1 ? '1 folder' : `${folderCount.toLocaleString('en-US')} folders`}`
  if (!on) return folderCount === 0 ? 'Now: off.' : `Now: off. Earlier snapshots use ${taken}.`
  return note ?? (folderCount === 0 ? 'Now: none yet.' : `Now: ${taken}.`)
}
