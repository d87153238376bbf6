import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Page } from '@playwright/test'
import { savedRecipeSchema } from '../../shared/domain/saved-recipe.ts'
import { pageOf } from '../../shared/domain/common.ts'
import { runSchema, runSummarySchema } from '../../shared/domain/run.ts'
import type { App } from '../support/app.ts'
import { looksRight } from '../support/looks.ts'
import { expect, test } from '../support/test.ts'
import { until } from '../support/until.ts'

test.use({ oneApp: true })

const text = `recipe: mine
steps:
  - id: find
    ask: List the problems.
  - id: fix
    ask: "Fix {{ steps.find.text }}"
`
const editorOf = (ui: Page) => ui.getByRole('textbox', { name: 'Recipe' })
const save = (app: App, name: string, content: string) => app.api.call(savedRecipeSchema, 'POST', '/recipes', { name, text: content })
const saved = (app: App, name: string) => app.api.call(savedRecipeSchema, 'GET', `/recipes/${name}`)

async function open(ui: Page, address: string): Promise<void> {
  await ui.evaluate((hash) => {
    location.hash = hash
  }, address)
}

test.describe('recipes', () => {
  test('a pattern is filled in, checked, and kept as a recipe of one’s own', async ({ app, ui }) => {
    await ui.keyboard.press('Control+k')
    await ui.getByPlaceholder(/Search or run a command/).fill('New run')
    await ui.keyboard.press('Enter')
    await expect(ui.getByRole('heading', { name: 'Recipes' })).toBeVisible()
    await expect(ui.locator('.recipe-card')).toHaveCount(7)
    await looksRight(ui, 'new-run')
    await ui.getByRole('button', { name: /^Pipeline/ }).click()
    await ui.getByRole('button', { name: 'Run now' }).click()
    await expect(ui.getByText('Required.')).toHaveCount(4)
    await ui.getByRole('textbox', { name: 'Folder' }).fill(app.folders.work)
    for (const step of ['First', 'Second', 'Third']) await ui.getByLabel(`${step} step`).fill(`[echo: ${step}]`)
    await looksRight(ui, 'run-form')
    await ui.getByRole('button', { name: 'Save as recipe…' }).click()
    await ui.getByLabel('Name').fill('three-steps')
    await ui.getByRole('button', { name: 'Save', exact: true }).click()
    await expect(editorOf(ui)).toBeVisible()
    const kept = await saved(app, 'three-steps')
    expect([kept.faults, kept.inputs['second']?.default]).toEqual([[], '[echo: Second]'])
    await ui.getByRole('button', { name: 'Run…' }).click()
    await expect(ui.getByLabel('Second step')).toHaveValue('[echo: Second]')
    await ui.getByRole('button', { name: 'Run now' }).click()
    const [run] = await until('the run to be done', async () => {
      const { items } = await app.api.call(pageOf(runSummarySchema), 'GET', '/runs?recipe=three-steps&state=done')
      return items.length > 0 && items
    })
    expect(await app.api.call(runSchema, 'GET', `/runs/${run?.id ?? ''}`)).toMatchObject({ outputs: { result: 'Third' } })
  })

  test('while typing: faults at their line, completion, the graph; Escape and Tab leave; what is not saved stays', async ({ app, ui }) => {
    await save(app, 'mine', text)
    await open(ui, '#/recipe/mine')
    await expect(ui.getByRole('list', { name: 'Steps' }).getByRole('button')).toHaveText([/find/, /fix/])
    await editorOf(ui).click()
    await ui.keyboard.press('Control+End')
    await ui.keyboard.type('  - id: report\nask: "{{ steps.f')
    await expect(ui.getByRole('listbox').getByRole('option')).toContainText(['find', 'fix'])
    await ui.getByRole('listbox').getByRole('option', { name: 'fix' }).click()
    await ui.keyboard.type('.tekst }}')
    await expect(ui.getByRole('list', { name: 'Steps' }).getByRole('button')).toHaveText([/find/, /fix/, /report/])
    await expect(ui.getByRole('list', { name: 'Problems' }).getByRole('button')).toHaveText([
      /Line 8 .*There is no field of a step “tekst”/,
    ])
    await expect(ui.locator('.cm-lintRange-error')).not.toHaveCount(0)
    await looksRight(ui, 'recipe-editor')
    await editorOf(ui).focus()
    await ui.keyboard.press('Escape')
    await ui.keyboard.press('Tab')
    await expect(editorOf(ui)).not.toBeFocused()
    await ui.reload()
    await expect(editorOf(ui)).toContainText('steps.fix.tekst')
    await expect(ui.getByText('Unsaved changes from earlier are shown.')).toBeVisible()
    await ui.getByRole('button', { name: 'Discard' }).click()
    await expect(editorOf(ui)).not.toContainText('tekst')
    expect((await saved(app, 'mine')).text).toBe(text)
  })

  test('what somebody else has changed is not overwritten unless one says so', async ({ app, ui }) => {
    const { path: file } = await save(app, 'shared-one', text.replace('mine', 'shared-one'))
    await open(ui, '#/recipe/shared-one')
    await editorOf(ui).click()
    await ui.keyboard.press('Control+Home')
    await ui.keyboard.type('# my words\n')
    await writeFile(file ?? '', `# their words\n${text.replace('mine', 'shared-one')}`)
    await expect(ui.getByText('This recipe was changed elsewhere since you opened it.')).toBeVisible()
    await expect(editorOf(ui)).toContainText('my words')
    await ui.getByRole('button', { name: 'Overwrite with mine' }).click()
    await expect(ui.getByText('Saved', { exact: true })).toBeVisible()
    expect(await readFile(file ?? '', 'utf8')).toContain('# my words')
    await writeFile(file ?? '', `# theirs again\n${text.replace('mine', 'shared-one')}`)
    await expect(editorOf(ui)).toContainText('theirs again')
  })

  test('a Markdown task file is shown as a recipe, with what was not understood by its line', async ({ app, ui }) => {
    const file = path.join(app.folders.work, 'tasks.md')
    await writeFile(file, '# Task: Tidy up\n\n## Objective\nOrder.\n\n## Tasks\nSome words.\n- [ ] Sort the shelves\n- [ ] Label them\n')
    await open(ui, '#/runs/new')
    await ui.getByLabel('Markdown task file').setInputFiles(file)
    await expect(editorOf(ui)).toContainText('Sort the shelves')
    await expect(ui.getByRole('list', { name: 'Lines of tasks.md' }).getByRole('listitem')).toHaveText([/Line 7 /])
    await ui.getByRole('button', { name: 'Save', exact: true }).click()
    await expect(ui.getByRole('heading', { name: 'tidy-up' })).toBeVisible()
    expect((await saved(app, 'tidy-up')).steps).toBe(2)
  })
})
