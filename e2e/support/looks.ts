import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { Page } from '@playwright/test'
import { axeFaults, expect } from './test.ts'

type Sizes = Readonly<Record<string, { width: number; height: number }>>

const usual = { wide: { width: 1280, height: 800 }, narrow: { width: 900, height: 600 } }
/** The rules of axe that look at colours. */
const ofColours = ['color-contrast', 'link-in-text-block']
const folder = process.env['SCREENS_FOLDER']

/**
 * Checks a screen as it is now, in both themes and at each size: axe finds nothing, nothing is wider than the page, and nothing that a
 * label or a button says is cut off without a way to read it. With `SCREENS_FOLDER` a picture of each is left there, for eyes.
 */
export async function looksRight(page: Page, name: string, sizes: Sizes = usual): Promise<void> {
  for (const [size, viewport] of Object.entries(sizes)) {
    await page.setViewportSize(viewport)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await stands(page)
      if (folder !== undefined) await picture(page, folder, `${name}-${size}-${colorScheme}`)
      // The second theme has the same elements in other colours.
      const only = colorScheme === 'dark' ? { only: ofColours } : {}
      if (size !== 'narrow') expect(await axeFaults(page, only), `${name}, ${colorScheme}`).toEqual([])
      expect(await cutOff(page), `cut off in ${name}, ${size}, ${colorScheme}`).toEqual([])
    }
  }
  await page.setViewportSize(usual.wide)
}

/** Waits for what moves, and for two frames after it. */
function stands(page: Page): Promise<unknown> {
  return page.evaluate(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
    await frame()
    const ending = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().iterations !== Infinity)
    await Promise.allSettled(ending.map(({ finished }) => finished))
    await frame()
    await frame()
  })
}

async function picture(page: Page, to: string, name: string): Promise<void> {
  await mkdir(to, { recursive: true })
  await page.screenshot({ path: path.join(to, `${name}.png`) })
}

/** Buttons whose words do not fit, and what makes the page wider than it is. */
function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const root = document.scrollingElement
    const wide = root && root.scrollWidth > root.clientWidth ? [`the page is ${root.scrollWidth - root.clientWidth} px too wide`] : []
    const buttons = [...document.querySelectorAll('.button, .small-button, .approval-button')]
    const cut = buttons.filter((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).textOverflow !== 'ellipsis')
    return [...wide, ...cut.map((one) => `“${one.textContent}”`)]
  })
}
