import type { Element, ElementContent, Root } from 'hast'
import type { FootnoteDefinition, FootnoteReference, Html, Root as MarkdownRoot } from 'mdast'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { gfmFootnoteFromMarkdown } from 'mdast-util-gfm-footnote'
import { gfmStrikethroughFromMarkdown } from 'mdast-util-gfm-strikethrough'
import { gfmTableFromMarkdown } from 'mdast-util-gfm-table'
import { gfmTaskListItemFromMarkdown } from 'mdast-util-gfm-task-list-item'
import { toHast, type Handlers, type State } from 'mdast-util-to-hast'
import { cjkFriendlyExtension } from 'micromark-extension-cjk-friendly'
import { gfmStrikethroughCjkFriendly } from 'micromark-extension-cjk-friendly-gfm-strikethrough'
import { gfmFootnote } from 'micromark-extension-gfm-footnote'
import { gfmTable } from 'micromark-extension-gfm-table'
import { gfmTaskListItem } from 'micromark-extension-gfm-task-list-item'
import { autolinkFromMarkdown, autolinkSyntax } from './autolink-syntax.ts'
import { boundTree, type BoundedTree } from './bound-tree.ts'
import { escapeSyntax } from './escape-syntax.ts'
import { keepBarsInCode, widenTables } from './table-cells.ts'
import { mathFromMarkdown, mathSyntax, type InlineMath } from './math-syntax.ts'

/**
 * Reads one block of markdown and answers what is to be drawn of it: plain data, at most `maxNodes` elements and texts. `references` are
 * definitions of links and footnotes that stand elsewhere in the text; they are not drawn. HTML stays text.
 */
export function parseMarkdown(text: string, references: string, maxNodes: number): BoundedTree {
  const block = keepBarsInCode(text)
  const source = references === '' ? block : `${block}\n\n${references}`
  const tree: MarkdownRoot = fromMarkdown(source, { extensions, mdastExtensions })
  // Only the block itself is drawn; definitions are looked up where they stand.
  tree.children = tree.children.filter((node) => node.type === 'definition' || (node.position?.start.offset ?? 0) < block.length)
  widenTables(tree)
  const drawn = toHast(tree, { handlers, allowDangerousHtml: true })
  return boundTree(rootOf(drawn), block, maxNodes)
}

const extensions = [
  cjkFriendlyExtension(),
  gfmStrikethroughCjkFriendly({ singleTilde: false }),
  gfmTable(),
  gfmTaskListItem(),
  gfmFootnote(),
  escapeSyntax,
  mathSyntax,
  autolinkSyntax,
]

const mdastExtensions = [
  gfmStrikethroughFromMarkdown(),
  gfmTableFromMarkdown(),
  gfmTaskListItemFromMarkdown(),
  gfmFootnoteFromMarkdown(),
  mathFromMarkdown,
  autolinkFromMarkdown,
]

const handlers: Handlers = {
  html: (_: State, node: Html): ElementContent =>
    /^<br ?\/?>$/i.test(node.value) ? element('br', {}, []) : { type: 'text', value: node.value },
  inlineMath: (_: State, { value, display }: InlineMath): Element =>
    element('code', { className: [display ? 'math-display' : 'math-inline'] }, [{ type: 'text', value }]),
  footnoteReference: (_: State, { label, identifier }: FootnoteReference): Element =>
    element('sup', { dataFootnote: label ?? identifier }, [{ type: 'text', value: label ?? identifier }]),
  footnoteDefinition: (state: State, node: FootnoteDefinition): Element =>
    element('section', { dataFootnote: node.label ?? node.identifier }, state.wrap(state.all(node), false)),
}

function element(tagName: string, properties: Element['properties'], children: ElementContent[]): Element {
  return { type: 'element', tagName, properties, children }
}

function rootOf(drawn: ReturnType<typeof toHast>): Root {
  return drawn.type === 'root' ? drawn : { type: 'root', children: drawn.type === 'doctype' ? [] : [drawn] }
}
