import { useMemo } from 'react'
import { DiffView } from '../../../tools/diff-view.tsx'
import { diffOfTexts } from '../../../tools/edit-diff.ts'
import { textOf } from '../../../tools/tool-summary.ts'
import { shortPath } from '../../../words/figures.ts'
import { useThreadContext } from '../thread-context.ts'
import type { ToolView } from '../thread-row.ts'
import { ResultBody } from './result-body.tsx'

/** A cell of a notebook that was changed, added or removed, line by line. */
export function NotebookBody({ call }: { call: ToolView }) {
  const { places } = useThreadContext()
  const { input, data } = call
  const path = textOf(input, 'notebook_path') ?? ''
  const isRemoved = input['edit_mode'] === 'delete'
  const before = textOf(data ?? {}, 'old_source') ?? ''
  const after = isRemoved ? '' : (textOf(input, 'new_source') ?? '')
  const cell = textOf(input, 'cell_id')
  const diff = useMemo(() => diffOfTexts(path, before, after), [path, before, after])
  const named = `${shortPath(path, places)}${cell === null ? '' : ` · cell ${cell}`}`
  return (
    <>
      <DiffView diff={diff} path={named} />
      {call.state === 'failed' && <ResultBody call={call} />}
    </>
  )
}
