import katex from 'katex'
import 'katex/dist/katex.min.css'

/**
 * Draws TeX into an element. Nothing in it may load, link or name a class, it cannot grow beyond the line's size times ten, and macros
 * end after 200 steps. Throws for what is not TeX.
 */
export function drawFormula(element: HTMLElement, source: string, display: boolean): void {
  katex.render(source, element, { displayMode: display, throwOnError: true, trust: false, strict: 'ignore', maxSize: 10, maxExpand: 200 })
}
