import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { languages } from './languages.ts'

/** A folder with a file for each language that git knows, which says that everything is written in it: what a difference is made with has no name. */
export async function writeLanguageFiles(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await Promise.all([...languages].map((language) => writeFile(join(folder, language), `* diff=${language}\n`)))
}
