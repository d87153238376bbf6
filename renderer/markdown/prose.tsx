import { memo, useMemo, useState } from 'react'
import remend from 'remend'
import { sizeWords } from '../words/clip-text.ts'
import { drawTree } from './draw-tree.tsx'
import type { BoundedTree } from './parse/bound-tree.ts'
import { isQuicklyRead } from './parse/parse-cost.ts'
import { PlainText } from './plain-text.tsx'
import { useTree } from './use-tree.ts'

type ProseProps = {
  text: string
  /** Definitions that stand elsewhere in the text. */ references: string
  /** It still streams in: open marks are closed for the eye. */ growing?: boolean
}

const firstNodes = 900
const growth = 3

/** A paragraph, a list, a table: drawn when it has been read, as it was written until then. */
export const Prose = memo(function Prose({ text, references, growing = false }: ProseProps) {
  const [maxNodes, setMaxNodes] = useState(firstNodes)
  const source = useMemo(() => ({ text: growing ? closedMarks(text) : text, references, maxNodes }), [text, growing, references, maxNodes])
  const { parsed, behind } = useTree(source, text, growing)
  if (parsed === null)
    return <PlainText text={text} note={`Shown as plain text: formatting ${sizeWords(text.length)} like this takes too long.`} />
  if (parsed) return <Tree tree={parsed} onMore={() => setMaxNodes(maxNodes * growth)} />
  if (!behind) return <PlainText text={text} />
  return (
    <>
      <Tree tree={behind.tree} />
      {text.length > behind.written.length && behind.tree.shownTo >= behind.tree.length && (
        <PlainText text={text.slice(behind.written.length)} />
      )}
    </>
  )
})

const Tree = memo(function Tree({ tree, onMore }: { tree: BoundedTree; onMore?: () => void }) {
  const drawn = useMemo(() => drawTree(tree.root.children), [tree])
  const left = tree.length - tree.shownTo
  return (
    <>
      {drawn}
      {left > 0 && (
        <div className="show-more">
          <span>… {sizeWords(left)} more</span>
          {onMore && (
            <button type="button" onClick={onMore}>
              Show more
            </button>
          )}
        </div>
      )}
    </>
  )
})

function closedMarks(text: string): string {
  return isQuicklyRead(text) ? remend(text, { linkMode: 'text-only' }) : text
}
