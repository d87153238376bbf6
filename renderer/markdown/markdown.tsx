import { memo, useMemo, useState } from 'react'
import { clipText, type ClippedText } from '../words/clip-text.ts'
import { FencedCode } from './fenced-code.tsx'
import { Formula } from './formula.tsx'
import { BlockSplitter, type MarkdownBlock } from './markdown-blocks.ts'
import { PlainText } from './plain-text.tsx'
import { Prose } from './prose.tsx'
import { noReferences, referencesFor, referencesOf, type References } from './references.ts'
import { ShowMore } from './show-more.tsx'
import { useDrawn } from './use-drawn.ts'
import './markdown.css'

type MarkdownProps = {
  text: string
  /** It still streams in: open marks are closed for the eye. */ live?: boolean
  /** How many of these it stands in. */ depth?: number
}

/** So much of a text is drawn; the rest is said, and drawn when it is asked for. */
const first = { lines: 3_000, characters: 60_000 }
/** While it streams in its end is what is read. */
const firstLive = { lines: 12_000, characters: 240_000 }
const growth = 3
const chunkSize = 20

/** Markdown as a page, drawn block by block: a text that grows redraws its last block only, and no text holds the page. */
export const Markdown = memo(function Markdown({ text, live = false, depth = 0 }: MarkdownProps) {
  const [splitter] = useState(() => new BlockSplitter())
  const [factor, setFactor] = useState(1)
  const limit = live ? firstLive : first
  const clipped = useMemo<ClippedText>(
    () => clipText(text, { lines: limit.lines * factor, characters: limit.characters * factor }),
    [text, limit, factor],
  )
  const blocks = useMemo(() => splitter.split(clipped.shown), [splitter, clipped.shown])
  const references = useMemo(() => (live ? noReferences : referencesOf(text)), [text, live])
  const drawn = useDrawn(blocks.length, chunkSize)
  return (
    <div className="markdown">
      {chunksOf(blocks, drawn).map((chunk, place) => (
        <Chunk
          key={place}
          blocks={chunk}
          growing={live && (place + 1) * chunkSize >= blocks.length}
          references={references}
          depth={depth}
        />
      ))}
      {blocks.length === 0 && clipped.shown.trim() !== '' && <PlainText text={clipped.shown} />}
      {clipped.rest && <ShowMore rest={clipped.rest} onMore={() => setFactor(factor * growth)} />}
    </div>
  )
})

type ChunkProps = {
  blocks: readonly MarkdownBlock[]
  /** The last of them still grows. */ growing: boolean
  references: References
  depth: number
}

const Chunk = memo(
  function Chunk({ blocks, growing, references, depth }: ChunkProps) {
    return blocks.map((block, place) => (
      <Block key={block.key} block={block} growing={growing && place === blocks.length - 1} references={references} depth={depth} />
    ))
  },
  (before, after) =>
    before.growing === after.growing &&
    before.references === after.references &&
    before.blocks.length === after.blocks.length &&
    before.blocks.every((block, place) => block === after.blocks[place]),
)

type BlockProps = { block: MarkdownBlock; growing: boolean; references: References; depth: number }

const Block = memo(function Block({ block, growing, references, depth }: BlockProps) {
  switch (block.kind) {
    case 'code':
      return <FencedCode code={block.text} language={block.language} growing={growing && !block.closed} />
    case 'math':
      return <Formula source={block.text} display />
    case 'details':
      return <Details block={block} live={growing} depth={depth} />
    case 'prose':
      return <Prose text={block.text} references={referencesFor(block.text, references)} growing={growing} />
  }
})

const deepestDetails = 4

function Details({ block, live, depth }: { block: Extract<MarkdownBlock, { kind: 'details' }>; live: boolean; depth: number }) {
  const [isOpen, setOpen] = useState(block.open || live)
  return (
    <details className="markdown-details" open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary dir="auto">{block.summary || 'Details'}</summary>
      {isOpen &&
        (depth < deepestDetails ? <Markdown text={block.text} live={live} depth={depth + 1} /> : <Prose text={block.text} references="" />)}
    </details>
  )
}

function chunksOf(blocks: readonly MarkdownBlock[], drawn: number): (readonly MarkdownBlock[])[] {
  const chunks: (readonly MarkdownBlock[])[] = []
  for (let from = 0; from < drawn; from += chunkSize) chunks.push(blocks.slice(from, Math.min(drawn, from + chunkSize)))
  return chunks
}
