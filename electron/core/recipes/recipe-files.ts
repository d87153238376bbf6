import { createHash } from 'node:crypto'
import { lstat, open, readdir } from 'node:fs/promises'
import { join, parse } from 'node:path'
import { mostRecipeChars } from '../../../shared/domain/recipe.ts'
import { systemCode, toStorageError } from '../storage/storage-error.ts'

/** A file that is a recipe by its ending. `text`: null where it cannot be read as one, and `fault` says why. */
export type RecipeFile = { name: string; path: string; revision: string } & ({ text: string; fault: null } | { text: null; fault: string })

/** Of several files with the same name the first ending counts. */
const endings = ['.yaml', '.yml', '.json']
const mostFiles = 2_000
/** A letter has up to four bytes. */
const mostBytes = mostRecipeChars * 4

type Kept = { mark: string; file: RecipeFile }

/** The recipes in a folder, as the disk has them at this moment: whoever changes them, with whatever program, need not tell us. */
export class RecipeFiles {
  readonly #kept = new Map<string, Kept>()

  /** By name; none where the folder is not there. Throws what the system says of a folder that cannot be read. */
  async list(folder: string): Promise<RecipeFile[]> {
    const names = await namesIn(folder)
    const files: RecipeFile[] = []
    for (const name of names) {
      const file = await this.#read(join(folder, name))
      if (file) files.push(files.some((one) => one.name === file.name) ? doubled(file) : file)
    }
    this.#forget(folder, new Set(names))
    return files
  }

  /** Null where it is gone meanwhile. What has not changed is not read again. */
  async #read(path: string): Promise<RecipeFile | null> {
    try {
      const info = await lstat(path, { bigint: true })
      const mark = [info.ino, info.size, info.mtimeNs, info.ctimeNs].join()
      const known = this.#kept.get(path)
      if (known?.mark === mark) return known.file
      const file = await readRecipe(path)
      this.#kept.set(path, { mark, file })
      return file
    } catch (thrown) {
      if (systemCode(thrown) === 'ENOENT') return null
      return unreadable(path, `This file can’t be read (${systemCode(thrown) ?? 'unknown'}). Check its permissions.`)
    }
  }

  #forget(folder: string, names: ReadonlySet<string>): void {
    for (const path of this.#kept.keys()) {
      const { dir, base } = parse(path)
      if (dir === folder && !names.has(base)) this.#kept.delete(path)
    }
  }
}

/** What a text is known by: two people who have read the same one have the same. */
export function revisionOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    const names = await readdir(folder)
    const recipes = names.map((name) => parse(name)).filter(({ ext, base }) => endings.includes(ext) && !base.startsWith('.'))
    // By name, and of the same name by ending.
    const key = ({ base, ext }: { base: string; ext: string }) => `${base.slice(0, -ext.length)}\0${endings.indexOf(ext)}`
    return recipes
      .toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
      .slice(0, mostFiles)
      .map(({ base }) => base)
  } catch (thrown) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(thrown) ?? '')) return []
    throw toStorageError(thrown, folder)
  }
}

async function readRecipe(path: string): Promise<RecipeFile> {
  // Opening a pipe would wait for whoever writes into it.
  if (!(await lstat(path)).isFile()) return unreadable(path, 'This is no file. Put the recipe itself here.')
  const file = await open(path, 'r')
  try {
    const info = await file.stat()
    if (info.size > mostBytes) return unreadable(path, 'A recipe has at most a million characters.')
    const text = await file.readFile('utf8')
    return { name: parse(path).name, path, revision: revisionOf(text), text, fault: null }
  } finally {
    await file.close()
  }
}

function unreadable(path: string, fault: string): RecipeFile {
  return { name: parse(path).name, path, revision: '', text: null, fault }
}

function doubled(file: RecipeFile): RecipeFile {
  const fault = `There is another file for the recipe “${file.name}” in this folder, which counts. Delete or rename one of them.`
  return { name: file.name, path: file.path, revision: file.revision, text: null, fault }
}
