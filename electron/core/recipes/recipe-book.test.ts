import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { recipeEntrySchema } from '../../../shared/domain/saved-recipe.ts'
import { DiskWatch } from '../storage/disk-watch.ts'
import { Problems } from '../storage/problems.ts'
import { RecipeBook } from './recipe-book.ts'
import { RecipeChecker } from './recipe-checker.ts'
import { RecipeWatch } from './recipe-watch.ts'
import { recipesOfOurs } from './recipes-of-ours.ts'

let home: string
let book: RecipeBook
let changes = 0
const disk = () => new DiskWatch({ folder: home })
const checker = new RecipeChecker({ log: pino({ level: 'silent' }), problems: new Problems() })
beforeEach(async () => {
  changes = 0
  home = await mkdtemp(join(tmpdir(), 'bullpen-recipes-'))
  book = new RecipeBook({ home, checker, disk: disk(), onChange: () => (changes += 1) })
})
afterEach(() => rm(home, { recursive: true, force: true }))

const recipe = (name: string, ask = 'Go.') => `recipe: ${name}\nsteps:\n  - { id: a, ask: "${ask}" }\n`
const put = async (file: string, text: string, folder = join(home, 'recipes')) => {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, file), text)
}
const faultsOf = async (name: string) => (await book.read(name)).faults.map(({ line, message }) => `${line}: ${message}`)

test('ours are there; a recipe is saved, read, changed and deleted', async () => {
  expect((await book.list()).map(({ name, place }) => `${place} ${name}`)).toEqual(
    recipesOfOurs.map(({ name }) => `bullpen ${name}`).toSorted(),
  )
  const saved = await book.save('mine', { text: recipe('mine'), revision: null })
  expect(saved).toMatchObject({ name: 'mine', place: 'home', steps: 1, faults: [], graph: { nodes: [{ id: 'a' }] } })
  const changed = await book.save('mine', { text: recipe('mine', 'Stop.'), revision: saved.revision })
  expect(await readFile(join(home, 'recipes', 'mine.yaml'), 'utf8')).toBe(recipe('mine', 'Stop.'))
  expect((await book.list()).map((entry) => recipeEntrySchema.parse(entry).name)).toContain('mine')
  expect((await book.runnable('mine')).recipe.steps[0]?.ask).toBe('Stop.')
  await book.remove('mine', { revision: changed.revision })
  await expect(book.read('mine')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect(changes).toBe(3)
})

test('nobody overwrites or deletes what somebody else has changed, also by hand', async () => {
  const { revision } = await book.save('mine', { text: recipe('mine'), revision: null })
  await expect(book.save('mine', { text: recipe('mine', 'x'), revision: null })).rejects.toMatchObject({ code: 'NAME_TAKEN' })
  await put('mine.yaml', recipe('mine', 'By hand.'))
  await expect(book.save('mine', { text: recipe('mine', 'x'), revision })).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
  await expect(book.remove('mine', { revision })).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
  const seen = await book.read('mine')
  expect(seen.text).toContain('By hand.')
  const both = ['one', 'two'].map((ask) => book.save('mine', { text: recipe('mine', ask), revision: seen.revision }))
  expect((await Promise.allSettled(both)).map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
  expect((await book.read('mine')).text).toBe(recipe('mine', 'one'))
})

test('damaged, doubled, misnamed and strange files are listed with what is wrong', async () => {
  await put('damaged.yaml', 'recipe: damaged\nsteps: [')
  await put('double.yaml', recipe('double'))
  await put('double.json', JSON.stringify({ recipe: 'double', steps: [{ id: 'a', ask: 'x' }] }))
  await put('other.yml', `# mine\n${recipe('another')}`)
  await put('notes.txt', 'no recipe')
  await mkdir(join(home, 'recipes', 'folder.yaml'))
  if (process.platform !== 'win32') execFileSync('mkfifo', [join(home, 'recipes', 'pipe.yaml')])
  const entries = (await book.list()).filter(({ place }) => place === 'home')
  expect(entries.map(({ name }) => name).filter((name) => name !== 'pipe')).toEqual(['damaged', 'double', 'double', 'folder', 'other'])
  expect(entries.filter(({ faults }) => faults.length === 0).map(({ name }) => name)).toEqual(['double'])
  expect(await faultsOf('other')).toEqual(['2: The file is called “other”. Write “recipe: other”, or rename the file.'])
  await expect(book.runnable('other')).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  await expect(book.runnable('damaged')).rejects.toMatchObject({ code: 'BAD_REQUEST' })
})

test('those of a folder go before those in the data folder, and these before ours', async () => {
  const folder = join(home, 'project')
  await expect(book.save('pipeline', { text: recipe('pipeline'), revision: null }, folder)).rejects.toMatchObject({
    code: 'FOLDER_MISSING',
  })
  await mkdir(folder)
  await book.save('pipeline', { text: recipe('pipeline', 'home'), revision: null })
  await book.save('pipeline', { text: recipe('pipeline', 'project'), revision: null }, folder)
  expect(await readFile(join(folder, '.bullpen', 'recipes', 'pipeline.yaml'), 'utf8')).toContain('project')
  expect(await book.read('pipeline', folder)).toMatchObject({ place: 'folder' })
  expect(await book.read('pipeline')).toMatchObject({ place: 'home' })
  await book.remove('pipeline')
  expect(await book.read('pipeline')).toMatchObject({ place: 'bullpen', path: null })
  await expect(book.remove('pipeline')).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await expect(book.list('project')).rejects.toMatchObject({ code: 'BAD_REQUEST' })
})

test('names are kept to; a recipe with faults is saved all the same', async () => {
  await expect(book.save('../evil', { text: recipe('evil'), revision: null })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  await expect(book.save('mine', { text: recipe('other'), revision: null })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  await book.save('half', { text: 'recipe: half\nsteps:\n', revision: null })
  expect((await book.read('half')).faults).not.toEqual([])
  await expect(book.read('hlaf')).rejects.toThrow('Did you mean “half”?')
  expect((await book.check('recipe: r\nsteps: [{ id: a, run: hlaf }]')).faults[0]?.message).toContain('Did you mean “half”?')
})

test('a new one goes by the name that its text says, and a Markdown task file becomes one', async () => {
  expect(await book.create({ text: '# mine\n"recipe": "made-so" # yes\nsteps:\n' })).toMatchObject({ name: 'made-so', place: 'home' })
  await expect(book.create({ text: 'recipe: made-so\nsteps: [{ id: a, ask: x }]' })).rejects.toMatchObject({ code: 'NAME_TAKEN' })
  await expect(book.create({ text: 'steps:' })).rejects.toMatchObject({ code: 'BAD_REQUEST', data: { field: 'name' } })
  expect(await book.create({ name: 'named', text: 'steps:' })).toMatchObject({ name: 'named' })
  const { text } = await book.fromMarkdown('# Task: Tidy up\n## Objective\nOrder.\n## Tasks\n- [ ] Sort it\n')
  expect((await book.check(text ?? '')).recipe).toMatchObject({ name: 'tidy-up', title: 'Tidy up', inputs: {} })
  const nothing = await book.fromMarkdown('nothing')
  expect([nothing.text, nothing.faults[0]?.line]).toEqual([null, 1])
})

test('what is changed by hand is told, also in a folder that comes later or anew', async () => {
  let told = () => {}
  const next = () => new Promise<void>((resolve) => (told = resolve))
  const watch = new RecipeWatch({ folder: book.home, onChange: () => told(), onFault: () => {}, lookMs: 20 })
  const came = next()
  await put('one.yaml', recipe('one'))
  await came
  for (const change of [
    () => put('one.yaml', recipe('one', 'Other.')),
    () => rm(join(book.home, 'one.yaml')),
    () => rm(book.home, { recursive: true }),
  ]) {
    const changed = next()
    await change()
    await changed
  }
  const again = next()
  await put('two.yaml', recipe('two'))
  await again
  await watch.close()
  expect((await book.list()).some(({ name }) => name === 'two')).toBe(true)
})

test('thousands of steps are checked beside the main thread', async () => {
  const many = Array.from({ length: 2_000 }, (_, index) => `  - { id: s${index}, ask: "{{ inputs.a }} ${index}" }\n`).join('')
  let turns = 0
  const ticking = setInterval(() => (turns += 1), 5)
  const { graph } = await book.check(`recipe: r\ninputs: { a: {} }\nsteps:\n${many}`)
  clearInterval(ticking)
  expect(graph.nodes).toHaveLength(2_000)
  expect(turns).toBeGreaterThan(5)
})
