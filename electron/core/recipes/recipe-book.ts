import { mkdir, rm, stat } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import { AppError } from '../../../shared/app-error.ts'
import { mostRecipeChars, recipeNameSchema, type Recipe } from '../../../shared/domain/recipe.ts'
import type { RecipeCheck, RecipeEntry, RecipePlace, SavedRecipe } from '../../../shared/domain/saved-recipe.ts'
import { nearestOf } from '../../../shared/nearest.ts'
import { writeFileAtomic } from '../storage/atomic-file.ts'
import type { DiskWatch } from '../storage/disk-watch.ts'
import { makeOwnFolder } from '../storage/own-folder.ts'
import { toStorageError } from '../storage/storage-error.ts'
import type { CheckedRecipe } from './recipe-check.ts'
import { nameIn, noRecipe, shownCheck, shownRecipe } from './recipe-entry.ts'
import type { RecipeChecker } from './recipe-checker.ts'
import { RecipeFiles, revisionOf, type RecipeFile } from './recipe-files.ts'
import { recipesOfOurs } from './recipes-of-ours.ts'
import type { TaskRecipe } from './task-recipe.ts'

export type RecipeBookDeps = { home: string; checker: RecipeChecker; disk: DiskWatch; onChange: () => void }

/** What is to be saved. `revision`: of the text that was read before; null: there is none yet. */
export type RecipeDraft = { text: string; revision: string | null }

type Found = RecipeFile & { place: RecipePlace }

/**
 * The recipes there are: those of a folder of the user's, those in the data folder, and ours. Of the same name the first in this order
 * counts. Files are looked at anew each time, so what somebody changes by hand is there at once.
 */
export class RecipeBook {
  readonly #deps: RecipeBookDeps
  readonly #files = new RecipeFiles()
  /** By place, text and the names there were: what has not changed is not checked again. */
  readonly #shown = new Map<string, RecipeEntry>()
  #last: Promise<unknown> = Promise.resolve()

  constructor(deps: RecipeBookDeps) {
    this.#deps = deps
  }

  /** Where recipes of the data folder lie. */
  get home(): string {
    return join(this.#deps.home, 'recipes')
  }

  /** By name, also damaged ones; `folder`: with those of this folder. */
  async list(folder: string | null = null): Promise<RecipeEntry[]> {
    const all = await this.#all(folder)
    const names = namesOf(all)
    const entries: RecipeEntry[] = []
    for (const file of all) entries.push(await this.#entry(file, names))
    return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** Throws NOT_FOUND, with the name that was meant. */
  async read(name: string, folder: string | null = null): Promise<SavedRecipe> {
    const all = await this.#all(folder)
    const file = this.#named(all, name)
    if (file.text === null) return { ...noRecipe(file), text: '', graph: { nodes: [], edges: [] } }
    const checked = await this.#deps.checker.check(file.text, { recipes: namesOf(all) })
    return { ...shownRecipe(file, file.text, checked), text: file.text, graph: checked.graph }
  }

  /** The recipe that a run is made from, with its text as it is now. Throws NOT_FOUND, and BAD_REQUEST with the first fault. */
  async runnable(name: string, folder: string | null = null): Promise<{ recipe: Recipe; text: string }> {
    const all = await this.#all(folder)
    const file = this.#named(all, name)
    const checked = file.text === null ? null : await this.#deps.checker.check(file.text, { recipes: namesOf(all) })
    const { faults } = file.text === null || !checked ? noRecipe(file) : shownRecipe(file, file.text, checked)
    const fault = faults.find(({ severity }) => severity === 'error')
    if (file.text !== null && checked?.recipe && !fault) return { recipe: checked.recipe, text: file.text }
    const message = `The recipe “${name}” can’t be run. Line ${fault?.line ?? 1}: ${fault?.message ?? 'it can’t be read.'}`
    throw new AppError('BAD_REQUEST', message, { data: { field: 'recipe', faults } })
  }

  /** What is wrong with a text, and its graph. */
  async check(text: string, folder: string | null = null): Promise<RecipeCheck> {
    return shownCheck(await this.compiled(text, folder))
  }

  /** A text that need not be saved, as a recipe; null where it has faults. */
  async compiled(text: string, folder: string | null = null): Promise<CheckedRecipe> {
    return this.#deps.checker.check(text, { recipes: namesOf(await this.#all(folder)) })
  }

  /** A Markdown task file as a recipe, and what was not understood of it. */
  fromMarkdown(markdown: string): Promise<TaskRecipe> {
    return this.#deps.checker.fromMarkdown(markdown)
  }

  /** Saves one that is not there yet. Throws what `save` does, and BAD_REQUEST where neither the caller nor the text has a name for it. */
  async create({ name, text }: { name?: string | undefined; text: string }, folder: string | null = null): Promise<SavedRecipe> {
    const named = name ?? nameIn(text)
    if (named !== null) return this.save(named, { text, revision: null }, folder)
    const message = 'The recipe has no name. Start it with “recipe: <name>”, or give the name beside it.'
    throw new AppError('BAD_REQUEST', message, { data: { field: 'name' } })
  }

  /**
   * Saves a recipe under its name, also one with faults: nobody should lose what is half written. Throws BAD_REQUEST where the text has
   * another name, NAME_TAKEN, STATE_CONFLICT where the file was changed or deleted meanwhile, FOLDER_MISSING, TOO_LARGE.
   */
  save(name: string, { text, revision }: RecipeDraft, folder: string | null = null): Promise<SavedRecipe> {
    return this.#inTurn(async () => {
      if (text.length > mostRecipeChars)
        throw new AppError('TOO_LARGE', 'A recipe has at most a million characters. Divide it into several.')
      await this.#checkName(name, text)
      const before = await this.#own(name, folder)
      if (revision === null && before) throw taken(name, before)
      if (revision !== null && before?.revision !== revision) throw changedMeanwhile(name, before)
      const place = folder === null ? this.home : await inFolder(folder)
      const path = before?.path ?? join(place, `${name}.yaml`)
      await this.#write(folder, async () => {
        if (folder === null) makeOwnFolder(place)
        await writeFileAtomic(path, text, { replace: before !== null })
      })
      return this.read(name, folder)
    })
  }

  /** Deletes a user's recipe; ours of that name is back then. Throws NOT_FOUND, FORBIDDEN for one of ours, STATE_CONFLICT as `save` does. */
  remove(name: string, { revision }: { revision?: string | undefined } = {}, folder: string | null = null): Promise<void> {
    return this.#inTurn(async () => {
      const before = await this.#own(name, folder)
      if (!before) {
        this.#named(await this.#all(folder), name)
        throw new AppError('FORBIDDEN', `“${name}” comes with Bullpen and stays. Save one of your own under this name to replace it.`)
      }
      if (revision !== undefined && before.revision !== revision) throw changedMeanwhile(name, before)
      await this.#write(folder, () => rm(before.path))
    })
  }

  async #own(name: string, folder: string | null): Promise<RecipeFile | null> {
    const files = await this.#files.list(folder === null ? this.home : recipesIn(folder))
    return files.find((file) => file.name === name) ?? null
  }

  async #all(folder: string | null): Promise<Found[]> {
    const own = folder === null ? [] : await this.#files.list(recipesIn(folder))
    const atHome = await this.#files.list(this.home)
    const files: Found[] = [
      ...own.map((file) => ({ ...file, place: 'folder' as const })),
      ...atHome.map((file) => ({ ...file, place: 'home' as const })),
    ]
    const ours = recipesOfOurs.map(({ name, text }) => ({
      name,
      text,
      path: '',
      revision: revisionOf(text),
      fault: null,
      place: 'bullpen' as const,
    }))
    return [...files, ...ours.filter(({ name }) => !files.some((file) => file.name === name))]
  }

  #named(all: readonly Found[], name: string): Found {
    const found = all.find((file) => file.name === name)
    if (found) return found
    const nearest = nearestOf(name, namesOf(all))
    const message = `There is no recipe “${name}”.${nearest === null ? ' Choose one of the list.' : ` Did you mean “${nearest}”?`}`
    throw new AppError('NOT_FOUND', message, { data: { field: 'recipe' } })
  }

  async #entry(file: Found, names: readonly string[]): Promise<RecipeEntry> {
    if (file.text === null) return noRecipe(file)
    const key = JSON.stringify([file.place, file.path, file.revision, names])
    const known = this.#shown.get(key)
    const entry = known ?? shownRecipe(file, file.text, await this.#deps.checker.check(file.text, { recipes: names }))
    this.#shown.delete(key)
    this.#shown.set(key, entry)
    const [oldest] = this.#shown.keys()
    if (this.#shown.size > mostShown && oldest !== undefined) this.#shown.delete(oldest)
    return entry
  }

  async #checkName(name: string, text: string): Promise<void> {
    const read = recipeNameSchema.safeParse(name)
    if (!read.success)
      throw new AppError('BAD_REQUEST', read.error.issues[0]?.message ?? 'Choose another name.', { data: { field: 'name' } })
    const { recipe } = await this.#deps.checker.check(text, { recipes: [] })
    if (recipe && recipe.recipe !== name)
      throw new AppError('BAD_REQUEST', `The text says “recipe: ${recipe.recipe}”. Write “recipe: ${name}”, or save it under that name.`, {
        data: { field: 'text' },
      })
  }

  async #write(folder: string | null, write: () => Promise<void>): Promise<void> {
    // Only what is wrong with the data folder is a problem of the app.
    await (folder === null ? this.#deps.disk.write(write) : write()).catch((thrown: unknown) => {
      throw toStorageError(thrown, folder ?? this.#deps.home)
    })
    this.#deps.onChange()
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work)
    this.#last = done.catch(() => {})
    return done
  }
}

const mostShown = 4_000

function namesOf(all: readonly Found[]): string[] {
  return [...new Set(all.map(({ name }) => name))]
}

function recipesIn(folder: string): string {
  if (!isAbsolute(folder)) throw new AppError('BAD_REQUEST', 'Give the whole path of the folder.', { data: { field: 'folder' } })
  return join(folder, '.bullpen', 'recipes')
}

async function inFolder(folder: string): Promise<string> {
  const info = await stat(folder).catch(() => null)
  if (!info) throw new AppError('FOLDER_MISSING', `${folder} is not there. Choose another folder.`, { data: { field: 'folder' } })
  if (!info.isDirectory())
    throw new AppError('FOLDER_NOT_DIRECTORY', `${folder} is no folder. Choose another one.`, { data: { field: 'folder' } })
  const recipes = recipesIn(folder)
  await mkdir(recipes, { recursive: true })
  return recipes
}

function taken(name: string, { revision }: RecipeFile): AppError {
  return new AppError('NAME_TAKEN', `There is a recipe “${name}” already. Read it and change that, or choose another name.`, {
    data: { field: 'name', revision },
  })
}

function changedMeanwhile(name: string, before: RecipeFile | null): AppError {
  const what = before ? 'was changed' : 'was deleted'
  return new AppError('STATE_CONFLICT', `“${name}” ${what} meanwhile. Read it again, then save what you want to keep.`, {
    data: { revision: before?.revision ?? null },
  })
}
