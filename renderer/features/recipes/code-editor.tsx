import { diagnosticCount, setDiagnostics } from '@codemirror/lint'
import { EditorState } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { useEffect, useImperativeHandle, useRef, type Ref } from 'react'
import type { RecipeFault } from '../../../shared/domain/recipe.ts'
import type { Known } from './completions.ts'
import { diagnosticsOf, editorExtensions } from './editor-setup.ts'

/** What others do with an editor. */
export type CodeEditorHandle = {
  /** Replaces all of it; one step that can be undone. */
  replace: (text: string) => void
  goToLine: (line: number) => void
}

export type CodeEditorProps = {
  ref?: Ref<CodeEditorHandle>
  label: string
  /** What it begins with; later texts come by `replace`. */
  text: string
  readOnly: boolean
  faults: readonly RecipeFault[]
  known: Known
  onChange: (text: string) => void
  onSave: () => void
}

/** An editor for the text of a recipe. */
export function CodeEditor({ ref, label, text, readOnly, faults, known, onChange, onSave }: CodeEditorProps) {
  const place = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView | null>(null)
  const latest = useRef({ known, onChange, onSave })
  useEffect(() => {
    latest.current = { known, onChange, onSave }
  })
  const first = useRef(text)
  useEffect(() => {
    if (!place.current) return undefined
    const extensions = editorExtensions({
      label,
      readOnly,
      known: () => latest.current.known,
      onChange: (now) => latest.current.onChange(now),
      onSave: () => latest.current.onSave(),
    })
    const editor = new EditorView({ parent: place.current, state: EditorState.create({ doc: first.current, extensions }) })
    view.current = editor
    return () => {
      view.current = null
      editor.destroy()
    }
  }, [label, readOnly])
  useEffect(() => {
    const editor = view.current
    // None instead of none is no change.
    if (editor && (faults.length > 0 || diagnosticCount(editor.state) > 0))
      editor.dispatch(setDiagnostics(editor.state, diagnosticsOf(faults, editor.state.doc)))
  }, [faults])
  useImperativeHandle(ref, () => ({
    replace: (now) => {
      const editor = view.current
      editor?.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: now } })
    },
    goToLine: (number) => {
      const editor = view.current
      if (!editor) return
      const line = editor.state.doc.line(Math.min(Math.max(1, number), editor.state.doc.lines))
      editor.dispatch({ selection: { anchor: line.from }, effects: EditorView.scrollIntoView(line.from, { y: 'center' }) })
      editor.focus()
    },
  }))
  return <div ref={place} className="recipe-code" />
}
