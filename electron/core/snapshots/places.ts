import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { z } from 'zod'
import { writeFileAtomic } from '../storage/atomic-file.ts'
import { parseJson } from '../storage/parse-json.ts'

const placeSchema = z.object({ folder: z.string() })

/** Where the store of a folder lies. */
export function placeOf(root: string, folder: string): string {
  return join(root, createHash('sha256').update(folder).digest('hex').slice(0, 24))
}

/** The file of its snapshots. */
export function timelineOf(place: string): string {
  return join(place, 'timeline.jsonl')
}

/** Notes which folder a store is of. */
export async function markPlace(place: string, folder: string): Promise<void> {
  await writeFileAtomic(join(place, 'folder.json'), `${JSON.stringify({ folder })}\n`)
}

/** The folders that have a store. */
export async function foldersIn(root: string): Promise<string[]> {
  const names = await readdir(root).catch(() => [])
  const kept = await Promise.all(names.filter((name) => !name.includes('.')).map((name) => folderOfPlace(join(root, name))))
  return kept.filter((folder) => folder !== null)
}

/** A line for git that ignores that folder alone, by its path from where the line stands. */
export function ignoreLine(path: string): string {
  const escaped = path
    .split(sep)
    .join('/')
    .replaceAll(/[\\*?[\]!# ]/g, '\\$&')
  return path === '' ? '/*' : `/${escaped}/`
}

async function folderOfPlace(place: string): Promise<string | null> {
  return placeSchema.safeParse(parseJson(await readFile(join(place, 'folder.json'), 'utf8').catch(() => null))).data?.folder ?? null
}
