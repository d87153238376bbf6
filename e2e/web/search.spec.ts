import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { pageOf } from '../../shared/domain/common.ts'
import { searchHitSchema, searchIndexSchema } from '../../shared/domain/search.ts'
import { generateConversation } from '../fixtures/gen-conversations.ts'
import { App } from '../support/app.ts'
import { readyInstance } from '../support/stories.ts'
import { axeFaults, expect, test } from '../support/test.ts'
import { until } from '../support/until.ts'

const answerSchema = pageOf(searchHitSchema).extend({ notes: z.array(z.string()), index: searchIndexSchema })
const find = (app: App, q: string, more = '') => app.api.call(answerSchema, 'GET', `/search?q=${encodeURIComponent(q)}${more}`)
const found = (app: App, q: string) =>
  until(`“${q}” to be found`, async () => ((await find(app, q)).items.length > 0 ? find(app, q) : null))
const ready = (app: App) =>
  until('the index to be ready', async () => (await app.api.call(searchIndexSchema, 'GET', '/search/index')).state === 'ready')

test.describe('search', () => {
  test('what is said is found at once, by words, phrases, parts, paths, Chinese and emoji; and again after a restart', async ({
    folders,
  }) => {
    const first = await App.start({ folders })
    const { instance, conversation } = await readyInstance(first)
    await first.api.ask(conversation.id, 'Fix parseEntryLine() in src/core/read-lines.ts, 修复搜索索引 🎉 [rate 0]')
    await first.api.ask(conversation.id, 'Something else entirely [read: notes.md] [rate 0]')
    const queries = [
      'parseEntryLine',
      '"in src/core"',
      'read-lin',
      '*ntryLine*',
      '搜索',
      '🎉',
      `instance:"${instance.name}" fix`,
      'tool:Read milk',
    ]
    for (const query of queries) {
      const [hit] = (await found(first, query)).items
      expect(hit, query).toMatchObject({ conversationId: conversation.id, state: 'active' })
      expect(
        hit?.snippet.some(({ marked }) => marked),
        query,
      ).toBe(true)
    }
    expect((await find(first, 'milk -role:tool before:2020')).items).toEqual([])
    expect((await find(first, 'before:tuesdayish')).notes).toHaveLength(1)
    await first.quit()
    const second = await App.start({ folders })
    expect((await found(second, 'parseEntryLine ')).index.rebuilt).toBeNull()
    await second.quit()
  })

  test('titles and tags are found, archived ones too, deleted ones no more', async ({ app }) => {
    const { conversation } = await readyInstance(app)
    const path = `/conversations/${conversation.id}`
    await app.api.ask(conversation.id, 'hello [rate 0]')
    await app.api.call(z.unknown(), 'PATCH', path, { title: 'The lighthouse plan', tags: ['seaside'] })
    expect((await found(app, 'lighthou')).items[0]).toMatchObject({ role: 'title', messageId: null, title: 'The lighthouse plan' })
    expect((await found(app, 'tag:seaside hello')).items[0]).toMatchObject({ tags: ['seaside'] })
    await app.api.call(z.unknown(), 'POST', `${path}/archive`)
    expect((await found(app, 'is:archived lighthouse')).items[0]).toMatchObject({ state: 'archived' })
    expect((await find(app, 'lighthouse', '&state=active')).items).toEqual([])
    await app.api.call(z.unknown(), 'DELETE', path)
    expect((await find(app, 'lighthouse')).items).toEqual([])
  })

  test('typed, chosen with the keys and opened at its place in a very long conversation', async ({ folders, page }) => {
    await mkdir(path.join(folders.data, 'conversations'))
    const made = await generateConversation(folders.data, 6_000)
    const app = await App.start({ folders })
    await ready(app)
    await page.goto(app.page)
    // Before the page is there, nobody hears the keys.
    await page.locator(`[data-conversation="${made.id}"]`).waitFor()
    await page.keyboard.press('Control+Shift+F')
    const field = page.getByRole('searchbox', { name: 'Search all messages' })
    await field.fill('"question 1234"')
    await page.locator('.hit mark', { hasText: 'Question 1234' }).waitFor()
    expect(await axeFaults(page)).toEqual([])
    await field.press('Enter')
    const row = page.locator('.row[data-focus]')
    await expect(row).toContainText('Question 1234:')
    await expect(row).toBeInViewport()
    await expect(page.locator('.thread')).toHaveAttribute('data-at-end', 'false')
    expect(new URL(page.url()).hash).toContain(made.id)
    await page.goBack()
    await expect(field).toHaveValue('"question 1234"')
    await page.goForward()
    await expect(row).toContainText('Question 1234:')
    await page.getByRole('button', { name: /Jump to latest/ }).click()
    await expect(page.locator('.thread')).toHaveAttribute('data-at-end', 'true')
    await app.quit()
  })

  test('find in a conversation goes from one place to the next, also where nothing is loaded yet', async ({ folders, page }) => {
    await mkdir(path.join(folders.data, 'conversations'))
    const { id } = await generateConversation(folders.data, 3_000)
    const app = await App.start({ folders })
    await ready(app)
    await page.goto(app.page)
    await page.locator(`[data-conversation="${id}"]`).click()
    await page.locator('.thread .row').first().waitFor()
    await page.keyboard.press('Control+f')
    const bar = page.getByRole('search', { name: 'Find in this conversation' })
    await bar.getByRole('searchbox').fill('question 7')
    await expect(bar.locator('.find-count')).toHaveText(/^1 of \d+\+?$/)
    await bar.getByRole('searchbox').fill('"question 77:" OR "question 78:"')
    await expect(bar.locator('.find-count')).toHaveText('1 of 2')
    await expect(page.locator('.row[data-focus]')).toContainText('Question 78:')
    await page.keyboard.press('Enter')
    await expect(page.locator('.row[data-focus]')).toContainText('Question 77:')
    await page.keyboard.press('Escape')
    await expect(bar).toBeHidden()
    await app.quit()
  })

  test('an index that is damaged or gone is noticed, told of and made anew', async ({ folders }) => {
    await mkdir(path.join(folders.data, 'conversations'))
    await generateConversation(folders.data, 400)
    const file = path.join(folders.data, 'search', 'index.db')
    const damages: (() => Promise<void>)[] = [
      () => writeFile(file, 'this is no database'),
      () => rm(path.dirname(file), { recursive: true }),
      () => writeFile(`${file}.seal`, '{'),
    ]
    const first = await App.start({ folders })
    await ready(first)
    await first.quit()
    for (const [index, damage] of damages.entries()) {
      await damage()
      const app = await App.start({ folders })
      await ready(app)
      const { items, index: status } = await find(app, '"question 33:"')
      expect(items, String(index)).toHaveLength(1)
      // A seal that cannot be read means that the index is looked through; it is whole.
      expect(status.rebuilt === null, String(index)).toBe(index === 2)
      await app.quit()
    }
    expect((await readdir(path.dirname(file))).toSorted()).toEqual(['index.db', 'index.db.seal'])
  })
})
