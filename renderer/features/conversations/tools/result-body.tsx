import { useMemo } from 'react'
import { FieldsView } from '../../../tools/fields-view.tsx'
import { valueOf } from '../../../tools/result-data.ts'
import { OutputBox } from '../output-box.tsx'
import type { ToolView } from '../thread-row.ts'

/** What a call answered: fields where it is JSON, and else its text. Where the copy of a picture lies is no part of it. */
export function ResultBody({ call }: { call: ToolView }) {
  const { output, images, state } = call
  const text = useMemo(() => (images.length === 0 ? (output ?? '') : withoutImageNotes(output ?? '')), [output, images])
  const value = useMemo(() => valueOf(text), [text])
  if (text === '') return state === 'done' && images.length === 0 ? <p className="tool-note">No output.</p> : null
  if (typeof value === 'object' && value !== null && state !== 'failed') return <FieldsView value={value} label="Result" />
  return <OutputBox text={text} label="Output" kind={state === 'failed' ? 'error' : 'output'} />
}

function withoutImageNotes(text: string): string {
  return text.replaceAll(/^\[Image: source: [^\n]*\]\n?/gm, '').trim()
}
