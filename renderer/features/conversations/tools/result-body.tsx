import { useMemo } from 'react'
import { FieldsView } from '../../../tools/fields-view.tsx'
import { valueOf } from '../../../tools/result-data.ts'
import { OutputBox } from '../output-box.tsx'
import type { ToolView } from '../thread-row.ts'

/** What a call answered: fields where it is JSON, and else its text. Where the copy of a picture lies is no part of it. */
export function ResultBody({ call }: { call: ToolView }) {
  const { output, images, state } = call
  const text = useMemo(() => plainOutput(output ?? '', images.length > 0), [output, images])
  const value = useMemo(() => valueOf(text), [text])
  if (text === '') return state === 'done' && images.length === 0 ? <p className="tool-note">No output.</p> : null
  if (typeof value === 'object' && value !== null && state !== 'failed') return <FieldsView value={value} label="Result" />
  return <OutputBox text={text} label="Output" kind={state === 'failed' ? 'error' : 'output'} />
}

/** Claude Code's own marks around a failure, and its notes where the copies of pictures lie, are for Claude. */
function plainOutput(output: string, hasImages: boolean): string {
  const text = /^<tool_use_error>([\s\S]*)<\/tool_use_error>$/.exec(output)?.[1] ?? output
  return hasImages ? text.replaceAll(/^\[Image: source: [^\n]*\]\n?/gm, '').trim() : text
}
