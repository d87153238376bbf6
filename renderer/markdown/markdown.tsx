import { memo, useMemo, useState } from 'react'
import ReactMarkdown from 'react-markdown'
import remarkGfm from 'remark-gfm'
import remend from 'remend'
import { CodeBlock } from './code-block.tsx'
import { BlockSplitter, linkDefinitions, type MarkdownBlock } from './markdown-blocks.ts'
import { markdownElements } from './markdown-elements.tsx'
import { safeAddress } from './safe-address.ts'
import './markdown.css'

type MarkdownProps = { text: string; /** It still streams in: open marks are closed for the eye. */ live?: boolean }

/** Markdown as a page, drawn block by block: a text that grows redraws its last block only. */
export const Markdown = memo(function Markdown({ text, live = false }: MarkdownProps) {
  const [splitter] = useState(() => new BlockSplitter())
  const blocks = useMemo(() => splitter.split(text), [splitter, text])
  const definitions = useMemo(() => (live ? '' : linkDefinitions(text)), [text, live])
  return (
    <div className="markdown">
      {blocks.map((block, place) => (
        <Block key={block.key} block={block} growing={live && place === blocks.length - 1} definitions={definitions} />
      ))}
    </div>
  )
})

type BlockProps = { block: MarkdownBlock; growing: boolean; definitions: string }

const Block = memo(function Block({ block, growing, definitions }: BlockProps) {
  if (block.kind === 'code') return <CodeBlock code={block.text} language={block.language} growing={growing && !block.closed} />
  return <Prose text={growing ? remend(block.text, { linkMode: 'text-only' }) : block.text} definitions={definitions} />
})

const plugins = [remarkGfm]

const Prose = memo(function Prose({ text, definitions }: { text: string; definitions: string }) {
  const source = definitions && text.includes('[') ? `${text}\n\n${definitions}` : text
  return (
    <ReactMarkdown remarkPlugins={plugins} components={markdownElements} urlTransform={safeAddress}>
      {source}
    </ReactMarkdown>
  )
})
