import katex from 'katex'
import type { FormulaAnswer, FormulaRequest, FormulaSource } from './formula-protocol.ts'

/** What a page lays out without being held by it. */
const longestMarkup = 160_000

/** Draws TeX away from the page's own thread: macros can make anything of a few words. */
addEventListener('message', ({ data }: MessageEvent<FormulaRequest>) => {
  answer({ kind: 'answer', id: data.id, answer: draw(data.request) })
})

answer({ kind: 'ready' })

function answer(message: FormulaAnswer): void {
  postMessage(message)
}

/** Nothing in it may load, link or name a class, it cannot grow beyond the line's size times ten, and macros end after 200 steps. */
function draw({ source, display }: FormulaSource): string | null {
  try {
    const markup = katex.renderToString(source, {
      displayMode: display,
      throwOnError: true,
      trust: false,
      strict: 'ignore',
      maxSize: 10,
      maxExpand: 200,
    })
    return markup.length <= longestMarkup ? markup : null
  } catch {
    return null
  }
}
