import { lexer } from 'marked'

/** A part of a text that is drawn on its own: a paragraph, a list, a table, a piece of code. */
export type MarkdownBlock =
  | { kind: 'prose'; key: number; text: string }
  /** `closed`: its end has come in; an open one still grows. */
  | { kind: 'code'; key: number; language: string; text: string; closed: boolean }

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
 * Cuts markdown into blocks. Given the split of a beginning of the same text, only what lies behind its
 * last finished block is read again, and finished blocks stay the same objects.
 */
export function splitBlocks(text: string, before: Split = emptySplit): Split {
  const goesOn = before.stable > 0 && text.startsWith(before.text.slice(0, before.stableTo))
  const kept = goesOn ? before.blocks.slice(0, before.stable) : []
  const from = goesOn ? before.stableTo : 0
  const pieces = lexer(text.slice(from), { gfm: true }).filter((token) => token.raw !== '')
  const blocks: MarkdownBlock[] = [...kept]
  let position = from
  let stableTo = from
  let stable = kept.length
  for (const token of pieces) {
    if (token.type !== 'space' && token.type !== 'def') {
      if (isDefinite(text, position)) {
        stable = blocks.length
        stableTo = position
      }
      const known = before.blocks[blocks.length]
      blocks.push(same(known, blockOf(token.type, token.raw, blocks.length)))
    }
    position += token.raw.length
  }
  return { text, blocks, stable, stableTo }
}

/** Nothing that is still to come can join the block that begins here to the one before: a blank line parts them and its first line is whole. */
function isDefinite(text: string, position: number): boolean {
  return /(?:^|\n)[ \t]*\n$/.test(text.slice(Math.max(0, position - 200), position)) && text.includes('\n', position)
}

const fence = /^ {0,3}(`{3,}|~{3,})([^\n]*)(?:\n|$)/

function blockOf(type: string, raw: string, key: number): MarkdownBlock {
  if (type !== 'code') return { kind: 'prose', key, text: raw }
  const opening = fence.exec(raw)
  if (!opening?.[1]) return { kind: 'code', key, language: '', text: raw.replace(/^(?: {4}|\t)/gm, '').trimEnd(), closed: true }
  const mark = opening[1]
  const body = raw.slice(opening[0].length)
  const closing = new RegExp(`(?:^|\\n) {0,3}${mark[0] === '~' ? '~' : '`'}{${mark.length},}[ \\t]*\\n*$`)
  const closed = closing.test(body)
  return {
    kind: 'code',
    key,
    language: languageOf(opening[2] ?? ''),
    text: (closed ? body.replace(closing, '') : body).replace(/\n$/, ''),
    closed,
  }
}

function languageOf(info: string): string {
  return /^[\w+#.-]+/.exec(info.trim())?.[0]?.toLowerCase() ?? ''
}

function same(known: MarkdownBlock | undefined, next: MarkdownBlock): MarkdownBlock {
  if (!known || known.kind !== next.kind || known.key !== next.key || known.text !== next.text) return next
  if (known.kind === 'code' && next.kind === 'code' && (known.closed !== next.closed || known.language !== next.language)) return next
  return known
}

/** Link definitions of a text (`[name]: address`), which every block that uses them needs beside it. */
export function linkDefinitions(text: string): string {
  if (!/^ {0,3}\[[^\]\n]+\]:/m.test(text)) return ''
  return lexer(text, { gfm: true })
    .flatMap((token) => (token.type === 'def' ? [token.raw.trim()] : []))
    .join('\n')
}
