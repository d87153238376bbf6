import path from 'node:path'
import type { Page } from '@playwright/test'
import { App } from '../support/app.ts'
import { changeLog } from '../fixtures/heavy-texts.ts'
import { readyInstance } from '../support/stories.ts'
import { axeFaults, expect, test } from '../support/test.ts'
import { answer, call, importConversation, prompt } from '../support/written-conversation.ts'

test.use({ oneApp: true })

const scripted = path.resolve(import.meta.dirname, '..', 'fixtures', 'claude-scripted.ts')

const text = `Takes 3~5 days, the rest 6~8 days.

这是**重点（注）**后面的字。

See https://example.com/path，然后继续。

Runs at http://localhost:3000 and [evil](http://example.org/x).

Look at [foo.ts](src/foo.ts#L12).

Math $a_1 + b_2$ and \\(x^2\\), price $5 and $6, in C:\\Users\\(x86)\\a.

\`\`\`mermaid
graph TD; First-->Second
\`\`\`

\`\`\`mermaid
this is no diagram
\`\`\`

שלום עולם, this reads from the right.

Note[^1].

[^1]: The note itself.

<details><summary>More</summary>hidden **text**</details>
`

test.describe('an answer as it was written', () => {
  test('marks, addresses, files, formulas, diagrams and directions', async ({ app, page }) => {
    const faults: string[] = []
    page.on('pageerror', (error) => faults.push(error.message))
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()))
    const shown = await opened(app, page, text)
    await expect(shown).toContainText('Takes 3~5 days, the rest 6~8 days.')
    await expect(shown.locator('strong').first()).toHaveText('重点（注）')
    await expect(shown.getByRole('link', { name: 'https://example.com/path' })).toHaveAttribute('href', 'https://example.com/path')
    await expect(shown.getByRole('link', { name: 'http://localhost:3000' })).toHaveAttribute('href', 'http://localhost:3000/')
    await expect(shown.getByRole('link', { name: 'evil' })).toHaveCount(0)
    await expect(shown.getByRole('button', { name: 'foo.ts' })).toHaveAttribute('title', /^src\/foo\.ts:12/)
    await expect(shown.locator('.katex')).toHaveCount(2)
    await expect(shown).toContainText('price $5 and $6')
    await expect(shown.locator('.diagram img')).toHaveAttribute('alt', /First, Second|Second, First/)
    await expect(shown.getByText('Shown as its source.')).toBeVisible()
    await expect(shown.getByText('this is no diagram')).toBeVisible()
    const rightToLeft = shown.locator('p', { hasText: 'this reads from the right' })
    expect(await rightToLeft.evaluate((element) => getComputedStyle(element).direction)).toBe('rtl')
    await shown.getByRole('button', { name: 'Footnote 1' }).click()
    await expect(shown.locator('.footnote')).toBeFocused()
    await shown.getByText('More').click()
    await expect(shown.locator('details strong')).toHaveText('text')
    expect(await axeFaults(page)).toEqual([])
    expect(faults).toEqual([])
  })

  test('diagrams are drawn apart from the page', async ({ app, page }) => {
    const shown = await opened(
      app,
      page,
      '```mermaid\n%%{init:{"securityLevel":"loose"}}%%\ngraph TD;A["<img src=x onerror=parent.hit=1>"]\n```',
    )
    await expect(shown.locator('.diagram img, .markdown-note')).toBeVisible()
    const frame = page.locator('iframe')
    await expect(frame).toHaveAttribute('sandbox', 'allow-scripts')
    expect(await page.evaluate(() => 'hit' in window)).toBe(false)
    expect(await frame.evaluate((element) => (element instanceof HTMLIFrameElement ? element.contentDocument : 'none'))).toBeNull()
  })
})

async function opened(app: App, page: Page, said: string) {
  const id = await importConversation(app, [prompt('Show it'), answer(said)])
  await page.goto(app.page)
  await page.locator(`[data-conversation="${id}"]`).click()
  const shown = page.locator('.answer').first()
  await shown.waitFor()
  return shown
}

test.describe('texts that are hard to show', () => {
  test('a change log whose links are defined at its end is shown whole', async ({ app, page }) => {
    const shown = await opened(app, page, changeLog(300))
    await expect(shown.getByRole('link', { name: '1.299.0' })).toHaveAttribute('href', 'https://e.invalid/compare/299')
    await expect(shown.getByRole('link', { name: '1.0.0', exact: true })).toHaveAttribute('href', 'https://e.invalid/compare/0')
    expect(await shown.locator('h2').count()).toBe(300)
  })

  test('what cannot be formatted in time is shown as it was written, and says so', async ({ app, page }) => {
    const shown = await opened(app, page, `Before\n\n${'*_'.repeat(20_000)}x\n\nAfter`)
    await expect(shown).toContainText('Before')
    await expect(shown).toContainText('After')
    await expect(shown).toContainText('*_*_*_')
    await expect(shown.getByText(/^Shown as plain text/)).toBeVisible()
  })

  test('of a very long text the beginning is shown, the rest is counted, and more of it comes when it is asked for', async ({
    app,
    page,
  }) => {
    const shown = await opened(app, page, `first ${'lorem ipsum '.repeat(420_000)}`)
    await expect(shown.getByText(/^… 5\.0 MB more$/)).toBeVisible()
    const before = (await shown.textContent())?.length ?? 0
    await shown.getByRole('button', { name: 'Show more' }).last().click()
    await expect.poll(async () => (await shown.textContent())?.length ?? 0).toBeGreaterThan(before)
  })

  test('formulas that would take minutes or fill the page stay as they were written, and others are drawn', async ({ app, page }) => {
    const endless = `\\def\\a{${'x'.repeat(1_300)}}${'\\a'.repeat(199)}`
    const cells = `\\begin{matrix}${'a&'.repeat(600)}b\\end{matrix}`
    const shown = await opened(app, page, `First $a_1$\n\n$$${endless}$$\n\n$$${cells}$$\n\nthen $b_2$`)
    await expect(shown.locator('.katex')).toHaveCount(1)
    await shown.locator('.math-source', { hasText: '\\a\\a\\a' }).scrollIntoViewIfNeeded()
    await shown.getByText('First').scrollIntoViewIfNeeded()
    await expect(shown.locator('.katex')).toHaveCount(2)
    await expect(shown.locator('.math-source')).toHaveText([endless, cells])
    await page.getByRole('textbox', { name: 'Message' }).fill('The page goes on')
  })

  test('a message without end is shown from its beginning and can be copied; it is not put into a field', async ({ app, page }) => {
    const id = await importConversation(app, [prompt(`first ${'lorem ipsum '.repeat(420_000)}`), answer('Seen')])
    await page.goto(app.page)
    await page.locator(`[data-conversation="${id}"]`).click()
    const message = page.locator('.user')
    await expect(message.getByRole('button', { name: 'Show more · 5.0 MB more' })).toBeVisible()
    await message.hover()
    await expect(message.getByRole('button', { name: 'Edit and send again' })).toBeDisabled()
    await expect(message.getByRole('button', { name: 'Copy message' })).toBeEnabled()
  })

  test('output of nothing but codes of a terminal says so; a change larger than can be compared is counted', async ({ app, page }) => {
    const codes = call('Bash', { command: 'clear' }, '\u001b[2J\u001b[H'.repeat(2_000))
    const lines = 'one line\n'.repeat(40_000)
    const edit = call('Edit', { file_path: '/tmp/a.txt', old_string: lines, new_string: `${lines}more\n` }, 'done')
    const [first, second] = [await importConversation(app, codes), await importConversation(app, edit)]
    await page.goto(app.page)
    await page.locator(`[data-conversation="${first}"]`).click()
    await page.locator('.tool-line').click()
    await expect(page.locator('.output-output')).toContainText('No text, only terminal codes')
    await page.locator(`[data-conversation="${second}"]`).click()
    await expect(page.locator('.diff')).toContainText('… 79,941 more lines')
    await expect(page.locator('.diff .figure')).toHaveText('+40001 −40000')
    await expect(page.locator('.changed-files')).toContainText('+40001 −40000')
    await page.locator('.diff').getByRole('button', { name: 'Show more' }).click()
    await expect(page.locator('.diff')).toContainText('… 78,941 more lines')
  })

  test('marks piled up on a letter are counted', async ({ app, page }) => {
    const shown = await opened(app, page, `a${'\u0301'.repeat(5_000)} end`)
    await expect(shown).toContainText('⟨4,988 more marks⟩ end')
  })
})

test.describe('what is to be approved', () => {
  test('a question without end is shown from its beginning, says how much is left, and is answered', async ({ folders, page }) => {
    const app = await App.start({ folders, settings: { claudePath: scripted } })
    const { id: instanceId } = await app.api.spawn({ name: 'reviewer', cwd: folders.work })
    const { id } = await app.api.createConversation({ instanceId, title: 'Asks much' })
    await app.api.send(id, '[ask: many paragraphs, AskUserQuestion]')
    await app.api.approvalOf(id)
    await page.goto(app.page)
    await page.locator(`[data-conversation="${id}"]`).click()
    const question = page.locator('.approval .question')
    await expect(question.locator('legend')).toContainText('… 39,961 more lines')
    await expect(question.getByText(/^… [\d,]+ more lines/)).toHaveCount(4)
    const before = (await question.locator('legend').textContent())?.length ?? 0
    await question.locator('legend').getByRole('button', { name: 'Show more' }).click()
    await expect.poll(async () => (await question.locator('legend').textContent())?.length ?? 0).toBeGreaterThan(before)
    await question.getByRole('textbox').fill('Neither')
    await page.getByRole('button', { name: /^Send answer/ }).click()
    await expect.poll(async () => (await app.api.approvals()).length).toBe(0)
    await app.quit()
  })

  test('blank lines hide nothing', async ({ app, ui }) => {
    const { conversation } = await readyInstance(app)
    const turn = app.api.ask(conversation.id, `Go [bash: touch hello.txt${'\n'.repeat(301)}touch hidden.txt]`)
    await app.api.approvalOf(conversation.id)
    await ui.locator(`[data-conversation="${conversation.id}"]`).click()
    const card = ui.locator('.approval')
    await expect(card).toContainText('⟨300 blank lines⟩')
    await expect(card.getByText('touch hidden.txt')).toBeInViewport()
    await card.getByRole('button', { name: /^Deny/ }).click()
    await card.getByRole('button', { name: 'Deny', exact: true }).click()
    await turn
  })

  test('no key allows what is not shown; unfolded, it does', async ({ app, ui }) => {
    const { conversation } = await readyInstance(app)
    const lines = Array.from({ length: 328 }, (_, place) => `true ${place}`)
    const turn = app.api.ask(conversation.id, `Go [bash: ${lines.join('\n')}\ntouch made.txt]`)
    const approval = await app.api.approvalOf(conversation.id)
    await ui.locator(`[data-conversation="${conversation.id}"]`).click()
    const card = ui.locator('.approval')
    await expect(card).toContainText('… 313 more lines')
    await ui.locator('body').click({ position: { x: 5, y: 5 } })
    await expect(async () => {
      await ui.keyboard.press('Control+Enter')
      await expect(card.getByText('Part of this request isn’t shown yet.', { exact: false })).toBeVisible({ timeout: 500 })
    }).toPass()
    expect((await app.api.approvals()).map(({ id }) => id)).toEqual([approval.id])
    await card.getByRole('button', { name: 'Show all 329 lines' }).click()
    await expect(card).toContainText('touch made.txt')
    await expect(async () => {
      await ui.keyboard.press('Control+Enter')
      expect(await app.api.approvals()).toEqual([])
    }).toPass()
    expect((await turn).outcome).toBe('done')
  })
})

test.describe('pasting', () => {
  test('cells that come with a picture of themselves are pasted as words; the picture is offered', async ({ app, ui }) => {
    const { conversation } = await readyInstance(app)
    await ui.locator(`[data-conversation="${conversation.id}"]`).click()
    const field = ui.getByRole('textbox', { name: 'Message' })
    await field.focus()
    const prevented = await field.evaluate((element) => {
      const data = new DataTransfer()
      data.setData('text/plain', 'a\tb\n1\t2')
      data.items.add(new File([new Uint8Array([137, 80, 78, 71])], 'image.png', { type: 'image/png' }))
      return !element.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
    })
    expect(prevented).toBe(false)
    await expect(ui.getByRole('list', { name: 'Attached to this message' })).toHaveCount(0)
    await ui.getByRole('button', { name: 'Add picture' }).click()
    await expect(ui.getByRole('list', { name: 'Attached to this message' }).getByRole('listitem')).toHaveCount(1)
  })
})
