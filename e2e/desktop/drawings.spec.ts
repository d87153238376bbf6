import { expect, startDesktop, openPage, test } from '../support/desktop.ts'
import { answer, prompt, writeConversation } from '../support/written-conversation.ts'

const said = 'The sum $a_1 + b_2$ and\n\n$$\\int_0^1 x^2\\,dx$$\n\n```mermaid\ngraph TD; First-->Second\n```\n'

test.describe('what is drawn', () => {
  test('formulas and diagrams are drawn under the app’s own protocol, and nothing is refused', async ({ folders }) => {
    const id = await writeConversation(folders.data, 1, [prompt('Show it'), answer(said)])
    const desktop = await startDesktop(folders)
    const page = await openPage(desktop)
    const faults: string[] = []
    page.on('pageerror', (error) => faults.push(error.message))
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()))
    await page.locator(`[data-conversation="${id}"]`).click()
    const shown = page.locator('.answer').first()
    await expect(shown.locator('.katex')).toHaveCount(2)
    await expect(shown.locator('.diagram img')).toHaveAttribute('alt', /First, Second|Second, First/)
    const loaded = await shown.locator('.diagram img').evaluate((image) => image instanceof HTMLImageElement && image.naturalWidth > 0)
    expect(loaded, 'the picture of the diagram is shown').toBe(true)
    const family = await shown
      .locator('.katex')
      .first()
      .evaluate((element) => document.fonts.load(`16px ${getComputedStyle(element).fontFamily}`))
    expect(family, 'the font of the formulas').not.toEqual([])
    expect(faults).toEqual([])
    await desktop.close()
  })
})
