import type { Element, ElementContent, Root, RootContent } from 'hast'
import { boundMarks } from '../../words/bound-marks.ts'

/** What is drawn of a block. */
export type BoundedTree = {
  root: Root
  /** How much of the source the tree covers; less than its length when the rest was left out. */
  shownTo: number
  length: number
}

/** Nesting beyond this is drawn as the text that it was written as: a page of thousands of levels cannot be laid out. */
const deepest = 24

type Walk = { text: string; left: number; shownTo: number; isFull: boolean }

/**
 * The tree with at most `maxNodes` elements and texts, taken in order; what is nested too deeply becomes text, and marks piled up on one
 * letter are counted instead of drawn. `text` is the source of the block.
 */
export function boundTree(root: Root, text: string, maxNodes: number): BoundedTree {
  const walk: Walk = { text, left: maxNodes, shownTo: 0, isFull: false }
  const children: RootContent[] = []
  for (const child of root.children) {
    if (walk.isFull) break
    if (child.type !== 'element' && child.type !== 'text') continue
    const bounded = bound(child, walk, 0)
    if (bounded) children.push(bounded)
  }
  return { root: { type: 'root', children }, shownTo: walk.isFull ? walk.shownTo : text.length, length: text.length }
}

function bound(node: ElementContent, walk: Walk, depth: number): ElementContent | null {
  if (walk.left <= 0) {
    walk.isFull = true
    return null
  }
  walk.left -= 1
  if (node.type === 'text') {
    passed(node, walk)
    return { type: 'text', value: boundMarks(node.value) }
  }
  if (node.type !== 'element') return null
  if (depth >= deepest) return asWritten(node, walk)
  const children: ElementContent[] = []
  for (const child of node.children) {
    if (walk.isFull) break
    const bounded = bound(child, walk, depth + 1)
    // An address among the words of a link is those words.
    if (bounded?.type === 'element' && bounded.tagName === 'a' && node.tagName === 'a') children.push(...bounded.children)
    else if (bounded) children.push(bounded)
  }
  if (!walk.isFull) passed(node, walk)
  return { type: 'element', tagName: node.tagName, properties: node.properties, children }
}

function asWritten(node: Element, walk: Walk): ElementContent {
  passed(node, walk)
  const from = node.position?.start.offset
  const to = node.position?.end.offset
  return { type: 'text', value: boundMarks(from === undefined || to === undefined ? '' : walk.text.slice(from, to)) }
}

function passed({ position }: ElementContent, walk: Walk): void {
  walk.shownTo = Math.max(walk.shownTo, Math.min(walk.text.length, position?.end.offset ?? 0))
}
