import { BlockReader, type ReadBlock } from './block-reader.ts'

/** A part of a text that is drawn on its own: a paragraph, a list, a table, a piece of code. */
export type MarkdownBlock =
  | { kind: 'prose'; key: number; text: string }
  /** `closed`: its end has come in; an open one still grows. */
  | { kind: 'code'; key: number; language: string; text: string; closed: boolean }
  | { kind: 'math'; key: number; text: string }
  /** What unfolds; `text` is markdown again. */
  | { kind: 'details'; key: number; summary: string; text: string; open: boolean }

/** A text cut into blocks, kept so that the next, longer text need only look at its end. */
export type Split = {
  text: string
  blocks: readonly MarkdownBlock[]
  /** Where the last block that may still change begins. */ stableTo: number
  stable: number
}

export const emptySplit: Split = { text: '', blocks: [], stableTo: 0, stable: 0 }

/** Remembers the last split of a text that grows, so that each step reads its end only. */
export class BlockSplitter {
  #last = emptySplit

  split(text: string): readonly MarkdownBlock[] {
    this.#last = splitBlocks(text, this.#last)
    return this.#last.blocks
  }
}

/**
 * Cuts markdown into blocks, in one walk over its lines. Given the split of a beginning of the same text, only what lies behind its
 * last finished block is read again, and finished blocks stay the same objects.
 */
export function splitBlocks(text: string, before: Split = emptySplit): Split {
  const goesOn = before.stable > 0 && text.startsWith(before.text.slice(0, before.stableTo))
  const from = goesOn ? before.stableTo : 0
  const blocks: MarkdownBlock[] = goesOn ? before.blocks.slice(0, before.stable) : []
  const read = new BlockReader(text, from).read()
  let stableTo = from
  let stable = blocks.length
  for (const block of read.blocks) {
    if (block.start <= read.certainTo) {
      stable = blocks.length
      stableTo = block.start
    }
    blocks.push(same(before.blocks[blocks.length], blockOf(block, blocks.length)))
  }
  return { text, blocks, stable, stableTo }
}

function blockOf(block: ReadBlock, key: number): MarkdownBlock {
  switch (block.kind) {
    case 'prose':
      return { kind: 'prose', key, text: block.text }
    case 'code':
      return { kind: 'code', key, language: languageOf(block.info), text: block.text, closed: block.closed }
    case 'math':
      return { kind: 'math', key, text: block.text }
    case 'details':
      return { kind: 'details', key, summary: block.summary, text: block.text, open: block.open }
  }
}

function languageOf(info: string): string {
  return /^[\w+#.-]{1,60}/.exec(info)?.[0]?.toLowerCase() ?? ''
}

function same(known: MarkdownBlock | undefined, next: MarkdownBlock): MarkdownBlock {
  return known !== undefined && isSame(known, next) ? known : next
}

function isSame(known: MarkdownBlock, next: MarkdownBlock): boolean {
  if (known.kind !== next.kind || known.key !== next.key || known.text !== next.text) return false
  if (known.kind === 'code' && next.kind === 'code') return known.closed === next.closed && known.language === next.language
  if (known.kind === 'details' && next.kind === 'details') return known.summary === next.summary && known.open === next.open
  return true
}
