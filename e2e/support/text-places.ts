import type { Page } from '@playwright/test'
import { answer, call, prompt, type Said } from './written-conversation.ts'

/** Where a text of a model, a tool or an import is shown: what holds it, what brings it into sight, and where it is then. */
export type TextPlace = {
  said: (text: string) => Said[]
  /** The conversation is called so. */
  titled?: boolean
  unfold: boolean
  selector: string
}

/** The places of a thread, by name. What waits to be approved is not among them: a process has to ask for it. */
export const textPlaces: Readonly<Record<string, TextPlace>> = {
  answer: { said: (text) => [prompt('Show it'), answer(text)], unfold: false, selector: '.answer .markdown' },
  'user message': { said: (text) => [prompt(text), answer('Seen')], unfold: false, selector: '.user-text' },
  thinking: {
    said: (text) => [prompt('Show it'), { role: 'assistant', blocks: [{ type: 'thinking', text }] }, answer('Seen')],
    unfold: true,
    selector: '.thought .markdown',
  },
  'tool input': { said: (text) => call('Bash', { command: text }, 'done'), unfold: true, selector: '.output-input pre' },
  'tool output': { said: (text) => call('Bash', { command: 'ls' }, text), unfold: true, selector: '.output-output pre' },
  'other input': { said: (text) => call('mcp__any__tool', { text }, 'done'), unfold: true, selector: '.code-block pre' },
  title: { said: () => [prompt('Show it')], titled: true, unfold: false, selector: '.conversation-title button' },
  edit: {
    said: (text) => call('Edit', { file_path: '/tmp/a.txt', old_string: text.slice(0, text.length >> 1), new_string: text }, 'done'),
    unfold: false,
    selector: '.diff-lines',
  },
}

/** Goes to a conversation without loading the page again, unfolds what is folded, and answers when the text was in sight and the longest task. */
export async function showText(
  page: Page,
  id: string,
  { unfold, selector }: Pick<TextPlace, 'unfold' | 'selector'>,
  settleMs: number,
): Promise<{ shownMs: number; worstTaskMs: number }> {
  return page.evaluate(watchText, { address: `#/conversation/${id}`, unfold, selector, settleMs })
}

/** Watches the page as it is, from now on, until something is in sight there and for so long after that. */
export function watchPage(page: Page, { selector, settleMs }: { selector: string; settleMs: number }) {
  return page.evaluate(watchText, { address: '', unfold: false, selector, settleMs })
}

type Watch = { address: string; unfold: boolean; selector: string; settleMs: number }

/** `shownAt`: when it was painted, in milliseconds of the clock on the wall. */
type Watched = { shownMs: number; shownAt: number; worstTaskMs: number }

function watchText({ address, unfold, selector, settleMs }: Watch): Promise<Watched> {
  return new Promise((resolve, reject) => {
    const tasks: number[] = []
    const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map((entry) => entry.duration)))
    observer.observe({ type: 'longtask' })
    const began = performance.now()
    let unfolded = false
    let found = false
    if (address !== '') {
      history.pushState(null, '', address)
      window.dispatchEvent(new PopStateEvent('popstate'))
    }
    const changes = new MutationObserver(() => look())
    const late = setTimeout(() => {
      changes.disconnect()
      reject(new Error('The text was not shown.'))
    })
    const look = (): void => {
      if (found) return
      const fold = unfold && !unfolded ? document.querySelector<HTMLElement>('.tool-line, .fold') : null
      if (fold) {
        unfolded = true
        fold.click()
      }
      const shown = document.querySelector(selector)
      if (shown === null || (shown.textContent ?? '') === '') return
      found = true
      changes.disconnect()
      clearTimeout(late)
      // Measured within the frame that shows it; the message comes behind what that frame paints.
      const { port1, port2 } = new MessageChannel()
      const laidOut = new ResizeObserver(() => {
        laidOut.disconnect()
        port2.postMessage(null)
      })
      port1.onmessage = () => {
        const now = performance.now()
        setTimeout(() => {
          observer.disconnect()
          resolve({ shownMs: now - began, shownAt: performance.timeOrigin + now, worstTaskMs: Math.max(0, ...tasks) })
        }, settleMs)
      }
      laidOut.observe(shown)
    }
    changes.observe(document, { childList: true, subtree: true, characterData: true })
    requestAnimationFrame(look)
  })
}
