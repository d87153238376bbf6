import type { FileDiff } from '../../../shared/domain/changes.ts'

export type MediaType = NonNullable<FileDiff['newPicture']>['mediaType']

/** Bytes that tell what a file is. */
export const sniffedBytes = 1_024

/** What kind of picture it is, by its first bytes and not by its name; null: none that can be shown. */
export function pictureType(bytes: Buffer): MediaType | null {
  const start = bytes.toString('latin1', 0, sniffedBytes)
  if (start.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png'
  if (start.startsWith('\xff\xd8\xff')) return 'image/jpeg'
  if (start.startsWith('GIF87a') || start.startsWith('GIF89a')) return 'image/gif'
  if (start.startsWith('RIFF') && start.slice(8, 12) === 'WEBP') return 'image/webp'
  return svg.test(start) ? 'image/svg+xml' : null
}

const svg = /^(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]*?-->\s*|<!DOCTYPE[^>]*>\s*)*<svg[\s>]/i
