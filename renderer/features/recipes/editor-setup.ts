import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  type CompletionContext,
  type CompletionResult,
} from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { yaml } from '@codemirror/lang-yaml'
import { bracketMatching, indentOnInput, indentUnit } from '@codemirror/language'
import { lintGutter, lintKeymap, type Diagnostic } from '@codemirror/lint'
import { EditorState, type Extension, type Text } from '@codemirror/state'
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from '@codemirror/view'
import type { RecipeFault } from '../../../shared/domain/recipe.ts'
import { offersAt, type Known, type Offer } from './completions.ts'
import { editorTheme } from './editor-theme.ts'

export type EditorWishes = {
  label: string
  readOnly: boolean
  known: () => Known
  onChange: (text: string) => void
  onSave: () => void
}

/** All that an editor for recipes is made of. Tab indents; after Escape it leaves the editor. */
export function editorExtensions({ label, readOnly, known, onChange, onSave }: EditorWishes): Extension {
  return [
    lineNumbers(),
    highlightActiveLineGutter(),
    highlightSpecialChars(),
    history(),
    drawSelection(),
    highlightActiveLine(),
    indentOnInput(),
    indentUnit.of('  '),
    bracketMatching(),
    closeBrackets(),
    yaml(),
    lintGutter(),
    autocompletion({ override: [(context) => completionsAt(context, known())] }),
    editorTheme,
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false' }),
    EditorState.readOnly.of(readOnly),
    EditorView.updateListener.of((update) => update.docChanged && onChange(update.state.doc.toString())),
    keymap.of([
      { key: 'Mod-s', preventDefault: true, run: () => done(onSave) },
      ...closeBracketsKeymap,
      ...completionKeymap,
      ...lintKeymap,
      ...historyKeymap,
      ...defaultKeymap,
      indentWithTab,
    ]),
  ]
}

function done(act: () => void): true {
  act()
  return true
}

const types: Readonly<Record<Offer['kind'], string>> = { field: 'property', value: 'enum', name: 'variable', filter: 'function' }

function completionsAt({ state, pos, explicit }: CompletionContext, known: Known): CompletionResult | null {
  const found = offersAt(state.doc.toString(), pos, known)
  // An empty place is offered something only where it was asked for, or in a template.
  if (!found || (found.from === pos && !explicit && !/[.{[:]\s?$/.test(state.sliceDoc(Math.max(0, pos - 2), pos)))) return null
  const options = found.offers.map(({ label, kind, insert }) => ({ label, type: types[kind], apply: insert ?? label }))
  return { from: found.from, options, validFor: /^[\w:-]*$/ }
}

/** Faults as the editor marks them: from their place to the end of the word there. */
export function diagnosticsOf(faults: readonly RecipeFault[], doc: Text): Diagnostic[] {
  return faults.map(({ line: number, column = 1, message, severity }) => {
    const line = doc.line(Math.min(Math.max(1, number), doc.lines))
    const word = /(?:[\w.-]+|\S+)/.exec(line.text.slice(column - 1))
    // Behind the last word of a line: the whole line.
    const start = word ? column - 1 + word.index : (/\S/.exec(line.text)?.index ?? 0)
    const end = word ? start + word[0].length : line.length
    return { from: line.from + start, to: line.from + Math.max(start, end), message, severity }
  })
}
