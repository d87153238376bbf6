import type { Page } from '@playwright/test'
import { App } from '../support/app.ts'
import { axeFaults, expect, test } from '../support/test.ts'
import { answer, prompt, writeConversation } from '../support/written-conversation.ts'

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
  test('marks, addresses, files, formulas, diagrams and directions', async ({ folders, page }) => {
    const faults: string[] = []
    page.on('pageerror', (error) => faults.push(error.message))
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()))
    const shown = await opened(folders, page, text)
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

  test('diagrams are drawn apart from the page', async ({ folders, page }) => {
    const shown = await opened(
      folders,
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

async function opened(folders: App['folders'], page: Page, said: string) {
  const id = await writeConversation(folders.data, 1, [prompt('Show it'), answer(said)])
  const app = await App.start({ folders })
  running.push(app)
  await page.goto(app.page)
  await page.locator(`[data-conversation="${id}"]`).click()
  const shown = page.locator('.answer').first()
  await shown.waitFor()
  return shown
}

const running: App[] = []
test.afterEach(async () => {
  for (const app of running.splice(0)) await app.quit()
})
