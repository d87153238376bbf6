import { toJsxRuntime } from 'hast-util-to-jsx-runtime'
import { memo, useMemo, useState } from 'react'
import { Fragment, jsx, jsxs } from 'react/jsx-runtime'
import { sizeWords } from './clip-text.ts'
import { markdownElements } from './markdown-elements.tsx'
import type { BoundedTree } from './parse/bound-tree.ts'
import { PlainText } from './plain-text.tsx'
import { useTree } from './use-tree.ts'

type ProseProps = { text: string; /** Definitions that stand elsewhere in the text. */ references: string }

const firstNodes = 900
const growth = 3

/** A paragraph, a list, a table: drawn when it has been read, as it was written until then. */
export const Prose = memo(function Prose({ text, references }: ProseProps) {
  const [maxNodes, setMaxNodes] = useState(firstNodes)
  const source = useMemo(() => ({ text, references, maxNodes }), [text, references, maxNodes])
  const { parsed, behind } = useTree(source)
  if (parsed === null) return <PlainText text={text} note={`Shown as plain text: formatting ${sizeWords(text.length)} like this takes too long.`} />
  if (parsed) return <Tree tree={parsed} onMore={() => setMaxNodes(maxNodes * growth)} />
  if (!behind?.tree) return <PlainText text={text} />
  return (
    <>
      <Tree tree={behind.tree} />
      {text.length > behind.length && behind.tree.shownTo >= behind.tree.length && <PlainText text={text.slice(behind.length)} />}
    </>
  )
})

const Tree = memo(function Tree({ tree, onMore }: { tree: BoundedTree; onMore?: () => void }) {
  const drawn = useMemo(() => toJsxRuntime(tree.root, { Fragment, jsx, jsxs, components: markdownElements }), [tree])
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
