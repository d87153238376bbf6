import { lstat, realpath } from 'node:fs/promises'
import path from 'node:path'
import { systemCode } from '../storage/storage-error.ts'

/**
 * Where a path really is, links followed, whether or not there is a file yet. Null where that is in doubt: a relative path, one that
 * goes upwards by `..` (which links turn into something else), a link that leads nowhere, or what cannot be looked at.
 */
export async function realPlace(given: string): Promise<string | null> {
  if (!path.isAbsolute(given) || given.includes('\0') || given.split(/[\\/]/).includes('..')) return null
  const missing: string[] = []
  for (let at = path.normalize(given); ; at = path.dirname(at)) {
    const real = await followed(at)
    if (real === 'doubtful') return null
    if (real !== 'missing') return path.join(real, ...missing.toReversed())
    missing.push(path.basename(at))
    if (path.dirname(at) === at) return null
  }
}

/** Whether a place, as `realPlace` answers it, is a folder or lies within it. */
export function isWithin(place: string, folder: string): boolean {
  const relative = path.relative(folder, place)
  return relative === '' || (!path.isAbsolute(relative) && relative !== '..' && !relative.startsWith(`..${path.sep}`))
}

async function followed(at: string): Promise<string> {
  try {
    return await realpath(at)
  } catch (thrown) {
    const code = systemCode(thrown)
    if (code !== 'ENOENT' && code !== 'ENOTDIR') return 'doubtful'
    // A link to nowhere is there itself: what is written through it lands where it leads.
    return (await lstat(at).catch(() => null)) === null ? 'missing' : 'doubtful'
  }
}
