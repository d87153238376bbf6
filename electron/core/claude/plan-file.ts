import { lstat, realpath, readFile } from 'node:fs/promises'
import path from 'node:path'
import { writeFileAtomic } from '../storage/atomic-file.ts'

/** Writes a plan that the user has changed to the file that Claude Code has given it; false where that is none of its own plan files. */
export async function savePlan(config: string, file: string, text: string): Promise<boolean> {
  try {
    // The path comes with the call, and so from the model: nothing outside of Claude Code's folder for plans is written.
    if (!path.isAbsolute(file) || path.extname(file) !== '.md') return false
    const [own, given] = await Promise.all([realpath(path.join(config, 'plans')), realpath(path.dirname(file))])
    const there = await lstat(file).catch(() => null)
    if (own !== given || (there !== null && !there.isFile())) return false
    await writeFileAtomic(path.join(own, path.basename(file)), text)
    return true
  } catch {
    return false
  }
}

/** Whether a plan's file holds this text. */
export async function holdsPlan(file: string, text: string): Promise<boolean> {
  const there = await lstat(file).catch(() => null)
  if (there?.isFile() !== true || there.size !== Buffer.byteLength(text)) return false
  return (await readFile(file, 'utf8').catch(() => null)) === text
}
